import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  decideIssuance,
  entitledScopes,
  isScopeName,
  REQUESTED_SCOPES_MAX,
  scopeState,
} from '@ambit/scope-catalog';
import { arbitraryCatalog, arbitraryPrincipal, arbitraryRequest, NOW } from '../arbitraries.ts';

/** RFC 6749 §5.2: what `error_description` may hold. */
const ERROR_CHARSET = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
const RUNS = { numRuns: 1500 };

const situation = [arbitraryCatalog, arbitraryPrincipal, arbitraryRequest] as const;

describe('laws of issuance', () => {
  test('granted is within requested and within entitled, and of one audience', () => {
    fc.assert(
      fc.property(...situation, (catalog, principal, request) => {
        const decided = decideIssuance(catalog, principal, request, NOW);
        if (!decided.ok) return;
        const { scopes, resourceServer, lifetimeSeconds } = decided.value;
        const entitled = entitledScopes(catalog, principal, NOW);
        const asked = request.scopes?.length ? request.scopes : request.defaultScopes;
        expect(scopes.length).toBeGreaterThan(0);
        for (const name of scopes) {
          const scope = catalog.scopes.get(name);
          expect(asked).toContain(name);
          expect(entitled.has(name)).toBe(true);
          expect(scope?.audience).toBe(resourceServer.audience);
          expect(scope && scopeState(scope, NOW)).not.toBe('retired');
          expect(lifetimeSeconds).toBeLessThanOrEqual(scope?.lifetimeSeconds ?? Infinity);
        }
        expect(lifetimeSeconds).toBeLessThanOrEqual(resourceServer.lifetimeSeconds);
        expect(
          request.resources.length === 0 || request.resources[0] === resourceServer.audience,
        ).toBe(true);
      }),
      RUNS,
    );
  });

  test('every requested scope is accounted for exactly once', () => {
    fc.assert(
      fc.property(...situation, (catalog, principal, request) => {
        const decided = decideIssuance(catalog, principal, request, NOW);
        if (!request.scopes?.length) return;
        const asked = new Set(request.scopes);
        if (decided.ok) {
          const told = [
            ...decided.value.scopes,
            ...decided.value.refused.map(({ scope }) => scope),
          ];
          expect(new Set(told)).toEqual(asked);
          expect(told).toHaveLength(asked.size);
          if (request.scopePolicy === 'strict') expect(decided.value.refused).toEqual([]);
          return;
        }
        const told = decided.error.scopeErrors.map(({ scope }) => scope);
        expect(new Set(told).size).toBe(told.length);
        for (const scope of told) expect(asked.has(scope)).toBe(true);
        if (decided.error.error === 'invalid_target' || asked.size > REQUESTED_SCOPES_MAX) return;
        // Whatever is not told of would have been granted alone, or had no room among the twenty.
        if (told.length === 20) return;
        for (const scope of asked) {
          const alone = decideIssuance(catalog, principal, { ...request, scopes: [scope] }, NOW);
          expect(alone.ok || told.includes(scope)).toBe(true);
        }
      }),
      RUNS,
    );
  });

  test('strict and partial differ only in what they make of a refused scope', () => {
    fc.assert(
      fc.property(...situation, (catalog, principal, request) => {
        const strict = decideIssuance(
          catalog,
          principal,
          { ...request, scopePolicy: 'strict' },
          NOW,
        );
        const partial = decideIssuance(
          catalog,
          principal,
          { ...request, scopePolicy: 'partial' },
          NOW,
        );
        if (strict.ok) expect(partial).toEqual(strict);
        if (!partial.ok) expect(strict).toEqual(partial);
      }),
      RUNS,
    );
  });

  test('a refusal keeps to the character set of RFC 6749 and offers only what would be granted, or takes the place of what is retired', () => {
    fc.assert(
      fc.property(...situation, (catalog, principal, request) => {
        const decided = decideIssuance(catalog, principal, request, NOW);
        if (decided.ok) return;
        const { description, scopeErrors } = decided.error;
        expect(description).toMatch(ERROR_CHARSET);
        expect(description).not.toBe('');
        expect(scopeErrors.length).toBeLessThanOrEqual(20);
        const told = [description, ...scopeErrors.map(({ hint = '' }) => hint)].join(' ');
        const refused = new Set(scopeErrors.map(({ scope }) => scope));
        const successors = new Set(
          [...catalog.scopes.values()]
            .filter(({ name }) => refused.has(name))
            .map(({ deprecated }) => deprecated?.successor),
        );
        const offered = [...told.matchAll(/`([^`]*)`/g)].map(([, name = '']) => name);
        for (const name of offered.filter((text) => isScopeName(text) && !refused.has(text))) {
          if (request.scopes?.includes(name) || request.defaultScopes.includes(name)) continue;
          if (successors.has(name)) continue;
          const alone = { ...request, scopes: [name], resources: [] };
          expect(decideIssuance(catalog, principal, alone, NOW).ok).toBe(true);
        }
      }),
      RUNS,
    );
  });

  test('a refusal tells of the first twenty scopes, and counts the rest', () => {
    const [catalog] = fc.sample(arbitraryCatalog, { numRuns: 1, seed: 1 });
    const scopes = Array.from({ length: 30 }, (_, index) => `none:n${String(index)}`);
    const decided =
      catalog &&
      decideIssuance(
        catalog,
        { clientId: 'web', enabled: true, assignments: [] },
        { scopes, resources: [], defaultScopes: [], scopePolicy: 'strict' },
        NOW,
      );
    if (decided?.ok !== false) throw new Error('unknown scopes are never granted');
    expect(decided.error.scopeErrors.map(({ scope }) => scope)).toEqual(scopes.slice(0, 20));
    expect(decided.error.description).toMatch(/; and 27 more$/);
  });

  test('the same request gets the same answer', () => {
    fc.assert(
      fc.property(...situation, (catalog, principal, request) => {
        expect(decideIssuance(catalog, principal, request, NOW)).toEqual(
          decideIssuance(catalog, principal, structuredClone(request), NOW),
        );
      }),
      { numRuns: 300 },
    );
  });
});
