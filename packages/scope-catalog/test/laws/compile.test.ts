import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  canonicalForm,
  catalogDigest,
  compileCatalog,
  parseCatalog,
  wildcardResource,
} from '@ambit/scope-catalog';
import type { CatalogDocument } from '@ambit/scope-catalog';
import { arbitraryDocument, compiled, ISSUER } from '../arbitraries.ts';

const RUNS = { numRuns: 400 };

/** The same value with the keys of every mapping in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  );
}

describe('laws of compiling', () => {
  test('the order of keys changes neither the canonical form nor the compiled catalog', () => {
    fc.assert(
      fc.property(arbitraryDocument, (document) => {
        const other = reversed(document) as CatalogDocument;
        expect(canonicalForm(other)).toBe(canonicalForm(document));
        expect(catalogDigest(other)).toBe(catalogDigest(document));
        expect(flat(other)).toBe(flat(document));
      }),
      RUNS,
    );
  });

  test('the canonical form says all that the document says', () => {
    fc.assert(
      fc.property(arbitraryDocument, (document) => {
        expect(JSON.parse(canonicalForm(document))).toEqual(document);
      }),
      RUNS,
    );
  });

  test('a document parses to itself', () => {
    fc.assert(
      fc.property(arbitraryDocument, (document) => {
        const parsed = parseCatalog(JSON.stringify(document, null, 2), 'c.json');
        expect(parsed.ok && parsed.value.document).toEqual(document);
      }),
      RUNS,
    );
  });

  test("a wildcard expands to exactly that resource's actions", () => {
    fc.assert(
      fc.property(arbitraryDocument, (document) => {
        const catalog = compiled(document);
        for (const [name, { scopes = [] }] of Object.entries(document.roles ?? {})) {
          const expected = new Set(scopes.flatMap((mention) => spelledOut(document, mention)));
          expect(catalog.roles.get(name)?.ownScopes).toEqual([...expected].sort());
        }
      }),
      RUNS,
    );
  });

  test('a role grants what it lists and what the roles it inherits grant, and nothing else', () => {
    fc.assert(
      fc.property(arbitraryDocument, (document) => {
        const { roles } = compiled(document);
        for (const role of roles.values()) {
          const all = new Set([
            ...role.ownScopes,
            ...role.inherits.flatMap((parent) => [...(roles.get(parent)?.scopes ?? [])]),
          ]);
          expect([...role.scopes]).toEqual([...all].sort());
        }
      }),
      RUNS,
    );
  });

  test('every scope belongs to the one resource server that lists it', () => {
    fc.assert(
      fc.property(arbitraryDocument, (document) => {
        const { scopes, resourceServers, resourceServersByAudience } = compiled(document);
        const listed = [...resourceServers.values()].flatMap((server) => [...server.scopes]);
        expect(listed.sort()).toEqual([...scopes.keys()]);
        for (const scope of scopes.values()) {
          const server = resourceServers.get(scope.resourceServer);
          expect(server?.scopes).toContain(scope.name);
          expect(resourceServersByAudience.get(scope.audience)).toBe(server);
        }
      }),
      RUNS,
    );
  });

  test('no catalog gives a role of its own a scope of Ambit itself', () => {
    fc.assert(
      fc.property(
        arbitraryDocument,
        fc.constantFrom('ambit.role:assign', 'ambit.catalog:*', 'ambit-x:read', 'ambit:a:read'),
        (document, mention) => {
          const lifting = {
            ...document,
            roles: { ...document.roles, lift: { scopes: [mention] } },
          };
          const result = compileCatalog(lifting, { issuer: ISSUER });
          expect(result.ok || result.error.map(({ rule }) => rule)).toEqual(['name-reserved']);
          for (const [name, role] of compiled(document).roles) {
            if (name.startsWith('ambit-')) continue;
            for (const scope of role.scopes) expect(scope).not.toMatch(/^ambit/);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

const flat = (document: CatalogDocument): string =>
  JSON.stringify(compiled(document), (_, value: unknown) => {
    if (value instanceof Map) return [...value];
    if (value instanceof Set) return [...value];
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  });

function spelledOut(document: CatalogDocument, mention: string): string[] {
  const resource = wildcardResource(mention);
  if (resource === undefined) return [mention];
  return Object.values(document.resourceServers)
    .flatMap(({ resources }) => Object.entries(resources))
    .filter(([key]) => key === resource)
    .flatMap(([key, { actions }]) => Object.keys(actions).map((action) => `${key}:${action}`));
}
