import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decideIssuance, decideLiveness, entitledScopes } from '@ambit/scope-catalog';
import {
  arbitraryCatalog,
  arbitraryPrincipal,
  arbitraryRequest,
  arbitraryRequestedScope,
  audienceOf,
  NOW,
  SERVERS,
} from '../arbitraries.ts';

const RUNS = { numRuns: 1000 };

const token = fc.record({
  audience: fc.constantFrom(...SERVERS).map(audienceOf),
  scopes: fc.uniqueArray(arbitraryRequestedScope, { maxLength: 6 }),
});

describe('laws of liveness', () => {
  test("live is within the token's scopes and within entitled, and every scope is live or lost", () => {
    fc.assert(
      fc.property(arbitraryCatalog, arbitraryPrincipal, token, (catalog, principal, carried) => {
        const { scopes, lost } = decideLiveness(catalog, principal, carried, NOW);
        const entitled = entitledScopes(catalog, principal, NOW);
        for (const name of scopes) {
          expect(entitled.has(name)).toBe(true);
          expect(catalog.scopes.get(name)?.audience).toBe(carried.audience);
        }
        expect([...scopes, ...lost.map(({ scope }) => scope)].sort()).toEqual(
          carried.scopes.toSorted(),
        );
      }),
      RUNS,
    );
  });

  test('a token that carries more keeps no less, and roles taken away bring nothing back', () => {
    fc.assert(
      fc.property(
        arbitraryCatalog,
        arbitraryPrincipal,
        token,
        fc.nat({ max: 5 }),
        (catalog, principal, carried, cut) => {
          const { scopes } = decideLiveness(catalog, principal, carried, NOW);
          const fewer = { ...carried, scopes: carried.scopes.slice(0, cut) };
          const ofFewer = decideLiveness(catalog, principal, fewer, NOW).scopes;
          expect(ofFewer).toEqual(scopes.filter((name) => fewer.scopes.includes(name)));
          const poorer = { ...principal, assignments: principal.assignments.slice(0, cut) };
          const ofPoorer = decideLiveness(catalog, poorer, carried, NOW).scopes;
          for (const name of ofPoorer) expect(scopes).toContain(name);
        },
      ),
      RUNS,
    );
  });

  test('what is issued is live at the same moment', () => {
    fc.assert(
      fc.property(
        arbitraryCatalog,
        arbitraryPrincipal,
        arbitraryRequest,
        (catalog, principal, request) => {
          const decided = decideIssuance(catalog, principal, request, NOW);
          if (!decided.ok) return;
          const { scopes, resourceServer } = decided.value;
          const carried = { audience: resourceServer.audience, scopes };
          expect(decideLiveness(catalog, principal, carried, NOW)).toEqual({ scopes, lost: [] });
        },
      ),
      RUNS,
    );
  });

  test('nothing of a disabled or deleted client is live', () => {
    fc.assert(
      fc.property(arbitraryCatalog, arbitraryPrincipal, token, (catalog, principal, carried) => {
        const disabled = { ...principal, enabled: false };
        expect(decideLiveness(catalog, disabled, carried, NOW).scopes).toEqual([]);
        expect(decideLiveness(catalog, undefined, carried, NOW).scopes).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
