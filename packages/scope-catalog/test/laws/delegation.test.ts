import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  ADMIN_RESOURCE_SERVER,
  decideDelegation,
  decideIssuance,
  DELEGATION_CHECKS,
  entitledScopes,
  holdsReservedRole,
  isReservedName,
  scopeState,
} from '@ambit/scope-catalog';
import type { CompiledCatalog, DelegationRequest } from '@ambit/scope-catalog';
import { NOW } from '../arbitraries.ts';
import {
  arbitraryClients,
  arbitraryDelegatingCatalog,
  arbitraryMoves,
  arbitrarySituation,
  growChain,
  withoutRules,
} from '../delegation-arbitraries.ts';

/** RFC 6749 §5.2: what `error_description` may hold. */
const ERROR_CHARSET = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
const RUNS = { numRuns: 1500 };

const rootMove = arbitraryMoves.map(([first]) => first);

/** The two steps as the design words them, read off the document rule by rule. */
function stepsByDefinition(
  catalog: CompiledCatalog,
  { actor, subjectToken }: DelegationRequest,
  scope: string,
): { readonly carried: boolean; readonly rules: readonly number[] } {
  const { sub, clientId, actors, audience, scopes, depth } = subjectToken;
  const carried = scopes.includes(scope) && entitledScopes(catalog, actor, NOW).has(scope);
  const addressed = actor.resourceServers.some(
    (own) =>
      own.audience === audience && catalog.resourceServers.get(own.name)?.audience === audience,
  );
  const known = [sub, clientId, ...actors].includes(actor.clientId);
  const roles = actor.assignments
    .filter(({ until = Infinity }) => NOW < until)
    .map(({ role }) => role);
  const rules = catalog.delegation.flatMap((rule, index) => {
    const named =
      'role' in rule.actor ? roles.includes(rule.actor.role) : rule.actor.client === actor.clientId;
    const held = rule.holding.every((name) => scopes.includes(name));
    const deep = Math.max(depth, actors.length) + 1 > (rule.maxDepth ?? 5);
    return named && held && !deep && rule.may.includes(scope) ? [index] : [];
  });
  const counts = addressed && !known && !holdsReservedRole(actor, NOW);
  return { carried, rules: counts ? rules : [] };
}

describe('laws of delegation', () => {
  test('a scope is granted exactly when one of the two steps gives it, and is told with that step', () => {
    fc.assert(
      fc.property(arbitrarySituation, ([catalog, request]) => {
        const decided = decideDelegation(catalog, request, NOW);
        if (decided.ok) {
          expect(decided.value.sources.map(({ scope }) => scope)).toEqual(decided.value.scopes);
          for (const source of decided.value.sources) {
            const { carried, rules } = stepsByDefinition(catalog, request, source.scope);
            if (source.by === 'carried') {
              expect(carried).toBe(true);
            } else {
              expect(carried).toBe(false);
              expect(source.rule.index).toBe(rules[0]);
            }
          }
          return;
        }
        for (const { scope, shortfall } of decided.error.scopeErrors) {
          if (shortfall === undefined) continue;
          const { carried, rules } = stepsByDefinition(catalog, request, scope);
          expect([carried, rules]).toEqual([false, []]);
        }
      }),
      RUNS,
    );
  });

  test("without rules granted is within the subject token's live scopes and within the actor's entitlement", () => {
    fc.assert(
      fc.property(arbitrarySituation, ([catalog, request]) => {
        const decided = decideDelegation(withoutRules(catalog), request, NOW);
        if (!decided.ok) return;
        const entitled = entitledScopes(catalog, request.actor, NOW);
        for (const scope of decided.value.scopes) {
          expect(request.subjectToken.scopes).toContain(scope);
          expect(entitled.has(scope)).toBe(true);
        }
      }),
      RUNS,
    );
  });

  test('rules add exactly what they list, and take nothing away', () => {
    fc.assert(
      fc.property(arbitrarySituation, ([catalog, request]) => {
        const [bare, ruled] = [withoutRules(catalog), catalog].map((one) =>
          decideDelegation(one, request, NOW),
        );
        if (bare?.ok === true) expect(ruled).toEqual(bare);
        if (ruled?.ok !== true) return;
        for (const source of ruled.value.sources) {
          if (source.by === 'carried') continue;
          expect(catalog.delegation[source.rule.index]).toBe(source.rule.entry);
          expect(source.rule.entry.may).toContain(source.scope);
        }
      }),
      RUNS,
    );
  });

  test('granted is within requested, of one audience, not retired, and never of the admin API', () => {
    fc.assert(
      fc.property(arbitrarySituation, ([catalog, request]) => {
        const decided = decideDelegation(catalog, request, NOW);
        if (!decided.ok) return;
        const { scopes, resourceServer } = decided.value;
        const asked = request.requestedScopes?.length
          ? request.requestedScopes
          : request.subjectToken.scopes;
        expect(scopes.length).toBeGreaterThan(0);
        expect(resourceServer.name).not.toBe(ADMIN_RESOURCE_SERVER);
        expect(request.subjectToken.audience).not.toMatch(/admin$/);
        for (const name of scopes) {
          const scope = catalog.scopes.get(name);
          expect(asked).toContain(name);
          expect(isReservedName(name)).toBe(false);
          expect(scope?.audience).toBe(resourceServer.audience);
          expect(scope && scopeState(scope, NOW)).not.toBe('retired');
        }
      }),
      RUNS,
    );
  });

  test('neither lifetime nor depth ever grows, and a bound token is never laundered', () => {
    fc.assert(
      fc.property(arbitrarySituation, ([catalog, request]) => {
        const decided = decideDelegation(catalog, request, NOW);
        if (!decided.ok) return;
        const { subjectToken, proof, actor } = request;
        const { lifetimeSeconds, depth, actors, bindingRequired } = decided.value;
        expect(Number.isInteger(lifetimeSeconds) && lifetimeSeconds > 0).toBe(true);
        expect(NOW / 1000 + lifetimeSeconds).toBeLessThanOrEqual(subjectToken.expiresAt);
        expect(depth).toBe(subjectToken.depth + 1);
        expect(depth).toBeLessThanOrEqual(5);
        expect(actors).toEqual([actor.clientId, ...subjectToken.actors]);
        expect(bindingRequired).toBe(subjectToken.cnf !== undefined);
        if (subjectToken.cnf === undefined) return;
        expect(proof.jkt ?? proof.x5t).toBeDefined();
        if (subjectToken.clientId === actor.clientId) expect(proof).toMatchObject(subjectToken.cnf);
      }),
      RUNS,
    );
  });

  test('an actor gains nothing by presenting a token of its own making, or one it has acted on', () => {
    fc.assert(
      fc.property(
        arbitrarySituation,
        fc.constantFrom('sub', 'client', 'actors'),
        ([catalog, request], place) => {
          const { actor } = request;
          const own = actor.clientId;
          const subjectToken = {
            ...request.subjectToken,
            ...(place === 'sub' ? { sub: own } : {}),
            ...(place === 'client' ? { clientId: own } : {}),
            ...(place === 'actors' ? { actors: [own], depth: 1 } : {}),
          };
          const decided = decideDelegation(catalog, { ...request, subjectToken }, NOW);
          if (!decided.ok) return;
          const { scopes } = decided.value;
          const alone = {
            scopes,
            resources: [],
            defaultScopes: [],
            scopePolicy: 'strict',
          } as const;
          expect(decideIssuance(catalog, actor, alone, NOW).ok).toBe(true);
        },
      ),
      RUNS,
    );
  });

  test('every requested scope is accounted for: granted, or refused with what it lacks', () => {
    fc.assert(
      fc.property(arbitrarySituation, ([catalog, request]) => {
        const decided = decideDelegation(catalog, request, NOW);
        if (decided.ok) {
          if (!request.requestedScopes?.length) return;
          expect(new Set(decided.value.scopes)).toEqual(new Set(request.requestedScopes));
          return;
        }
        const { code, error, description, scopeErrors } = decided.error;
        expect(DELEGATION_CHECKS[code]).toBe(error);
        expect([description, ...scopeErrors.map(({ hint = '' }) => hint)].join(' ')).toMatch(
          ERROR_CHARSET,
        );
        expect(scopeErrors.length > 0).toBe(code === 'delegation.scopes_refused');
        for (const { scope, reason, shortfall } of scopeErrors) {
          expect(request.requestedScopes).toContain(scope);
          const alone = { ...request, requestedScopes: [scope], resources: [], audiences: [] };
          if (reason !== 'other_audience') {
            expect(decideDelegation(catalog, alone, NOW).ok).toBe(false);
          }
          const closest = shortfall?.closest;
          if (closest === undefined) continue;
          const rule = catalog.delegation[closest.rule];
          expect(rule?.may).toContain(scope);
          expect(closest.missing).toEqual(
            rule?.holding.filter((held) => !request.subjectToken.scopes.includes(held)),
          );
          if (shortfall?.bar === undefined && closest.maxDepth === undefined) {
            expect(closest.missing).not.toEqual([]);
          }
        }
      }),
      RUNS,
    );
  });

  test('the same request gets the same answer, and other rules in between change none', () => {
    fc.assert(
      fc.property(arbitrarySituation, ([catalog, request]) => {
        const decided = decideDelegation(catalog, request, NOW);
        expect(decideDelegation(catalog, structuredClone(request), NOW)).toEqual(decided);
      }),
      { numRuns: 500 },
    );
  });

  test('along any chain without rules, each token is within the root and within what every actor is entitled to', () => {
    fc.assert(
      fc.property(
        arbitraryDelegatingCatalog.map(withoutRules),
        arbitraryClients,
        rootMove,
        arbitraryMoves,
        (catalog, clients, first, moves) => {
          const chain = first && growChain(catalog, clients, first, moves);
          if (!chain) return;
          const entitled = new Set(chain.root.scopes);
          for (const { scopes, actors } of chain.tokens.slice(1)) {
            const actor = clients.get(actors[0] ?? '');
            const own = actor && entitledScopes(catalog, actor, NOW);
            for (const scope of [...entitled]) if (!own?.has(scope)) entitled.delete(scope);
            for (const scope of scopes) expect(entitled.has(scope)).toBe(true);
          }
        },
      ),
      RUNS,
    );
  });

  test('along any chain no scope appears that no step accounts for, and sub stays', () => {
    let longest = 0;
    fc.assert(
      fc.property(
        arbitraryDelegatingCatalog,
        arbitraryClients,
        rootMove,
        arbitraryMoves,
        (catalog, clients, first, moves) => {
          const chain = first && growChain(catalog, clients, first, moves);
          if (!chain) return;
          longest = Math.max(longest, chain.steps.length);
          expect(chain.steps.length).toBeLessThanOrEqual(5);
          for (const [index, { sources, actors }] of chain.grants.entries()) {
            const before = chain.tokens[index];
            const after = chain.tokens[index + 1];
            if (!before || !after) throw new Error('each grant stands between two tokens');
            expect(after.expiresAt).toBeLessThanOrEqual(before.expiresAt);
            expect(actors).toHaveLength(index + 1);
            expect(after.sub).toBe(chain.root.sub);
            for (const source of sources) {
              if (source.by === 'carried') {
                expect(before.scopes).toContain(source.scope);
              } else {
                expect(source.rule.entry.may).toContain(source.scope);
                expect(before.scopes).toEqual(expect.arrayContaining([...source.rule.holding]));
                expect([before.sub, before.clientId, ...before.actors]).not.toContain(actors[0]);
              }
            }
          }
        },
      ),
      RUNS,
    );
    expect(longest).toBeGreaterThanOrEqual(4);
  });
});
