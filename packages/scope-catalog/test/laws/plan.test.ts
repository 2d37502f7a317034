import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { diffCatalogs, entitledScopes, planCatalog, scopeState } from '@ambit/scope-catalog';
import type { CatalogChange, CompiledCatalog, PlanClient } from '@ambit/scope-catalog';
import {
  arbitraryAssignments,
  arbitraryCatalog,
  audienceOf,
  CLIENTS,
  NOW,
  SCOPES,
  SERVERS,
} from '../arbitraries.ts';

const RUNS = { numRuns: 600 };

const arbitraryClients: fc.Arbitrary<PlanClient[]> = fc.tuple(
  ...CLIENTS.map((clientId) =>
    fc.record({
      clientId: fc.constant(clientId),
      enabled: fc.boolean(),
      assignments: arbitraryAssignments,
      defaultScopes: fc.uniqueArray(fc.constantFrom(...SCOPES), { maxLength: 3 }),
      resourceServers: fc.uniqueArray(
        fc.constantFrom(...SERVERS, 'gone').map((name) => ({ name, audience: audienceOf(name) })),
        { maxLength: 2, selector: ({ name }) => name },
      ),
    }),
  ),
);

/** What a client could be granted if it were enabled: what it is entitled to and what is not retired. */
function grantable(catalog: CompiledCatalog, client: PlanClient): Set<string> {
  const entitled = entitledScopes(catalog, { ...client, enabled: true }, NOW);
  const isRetired = (name: string): boolean => {
    const scope = catalog.scopes.get(name);
    return scope === undefined || scopeState(scope, NOW) === 'retired';
  };
  return new Set([...entitled].filter((name) => !isRetired(name)));
}

const pairs = (entries: readonly { client: string; scope: string }[]): string[] =>
  [...new Set(entries.map(({ client, scope }) => `${client} ${scope}`))].sort();

describe('laws of the plan', () => {
  test('it names every gain and every loss, and nothing else', () => {
    fc.assert(
      fc.property(
        arbitraryCatalog,
        arbitraryCatalog,
        arbitraryClients,
        (before, after, clients) => {
          const plan = planCatalog({ before, after, clients, now: NOW });
          const gained: { client: string; scope: string }[] = [];
          const lost: { client: string; scope: string }[] = [];
          for (const client of clients) {
            const [could, can] = [grantable(before, client), grantable(after, client)];
            for (const scope of can) {
              if (!could.has(scope)) gained.push({ client: client.clientId, scope });
            }
            for (const scope of could) {
              if (!can.has(scope)) lost.push({ client: client.clientId, scope });
            }
          }
          expect(pairs(plan.gains)).toEqual(pairs(gained));
          expect(pairs(plan.losses)).toEqual(pairs(lost));
        },
      ),
      RUNS,
    );
  });

  test('a gain is named once with each held role that brings it, a loss with each that brought it', () => {
    fc.assert(
      fc.property(
        arbitraryCatalog,
        arbitraryCatalog,
        arbitraryClients,
        (before, after, clients) => {
          const { gains, losses } = planCatalog({ before, after, clients, now: NOW });
          const rolesOf = (catalog: CompiledCatalog, id: string, scope: string): string[] =>
            (clients.find(({ clientId }) => clientId === id)?.assignments ?? [])
              .filter(({ role, until }) => {
                const granted = catalog.roles.get(role)?.scopes.has(scope) === true;
                return granted && (until === undefined || NOW < until);
              })
              .map(({ role }) => role)
              .sort();
          for (const [entries, catalog] of [
            [gains, after],
            [losses, before],
          ] as const) {
            for (const { client, scope } of entries) {
              const named = entries.filter(
                (entry) => entry.client === client && entry.scope === scope,
              );
              expect(named.map(({ role }) => role)).toEqual(rolesOf(catalog, client, scope));
            }
          }
        },
      ),
      RUNS,
    );
  });

  test('roll back then forward is the identity: the way back exchanges gains and losses', () => {
    fc.assert(
      fc.property(
        arbitraryCatalog,
        arbitraryCatalog,
        arbitraryClients,
        (before, after, clients) => {
          const there = planCatalog({ before, after, clients, now: NOW });
          const back = planCatalog({ before: after, after: before, clients, now: NOW });
          const bare = (entries: readonly object[]): object[] =>
            entries.map((entry) => ({ ...entry, revived: undefined }));
          expect(bare(back.gains)).toEqual(bare(there.losses));
          expect(bare(back.losses)).toEqual(bare(there.gains));
          expect([back.revived, back.dormant]).toEqual([there.dormant, there.revived]);
          expect([back.suspended, back.resumed]).toEqual([there.resumed, there.suspended]);
          expect(planCatalog({ before, after, clients, now: NOW })).toEqual(there);
        },
      ),
      RUNS,
    );
  });

  test('the publisher gains exactly the scopes among its own gains, and those it holds that move to another audience', () => {
    fc.assert(
      fc.property(
        arbitraryCatalog,
        arbitraryCatalog,
        arbitraryClients,
        (before, after, clients) => {
          const publisher = CLIENTS[0];
          const { gains, publisherGains } = planCatalog({
            before,
            after,
            clients,
            publisher,
            now: NOW,
          });
          const own = gains.filter(({ client }) => client === publisher).map(({ scope }) => scope);
          const held = clients.find(({ clientId }) => clientId === publisher);
          const moved = [
            ...(held === undefined ? [] : entitledScopes(after, { ...held, enabled: true }, NOW)),
          ].filter((scope) => {
            const [was, becomes] = [before.scopes.get(scope), after.scopes.get(scope)];
            if (was === undefined || becomes === undefined) return false;
            return was.audience !== becomes.audience && scopeState(becomes, NOW) !== 'retired';
          });
          expect(publisherGains).toEqual([...new Set([...own, ...moved])].sort());
        },
      ),
      RUNS,
    );
  });

  test('a catalog in the place of itself changes nothing for anybody', () => {
    fc.assert(
      fc.property(arbitraryCatalog, arbitraryClients, (catalog, clients) => {
        expect(planCatalog({ before: catalog, after: catalog, clients, now: NOW })).toEqual({
          gains: [],
          losses: [],
          delegation: { gains: [], losses: [] },
          changes: [],
          revived: [],
          dormant: [],
          suspended: [],
          resumed: [],
          publisherGains: [],
          brokenDefaults: [],
          summary: ['no client gains or loses a scope', 'the catalog stays as it is'],
        });
      }),
    );
  });
});

const UNDONE = new Map(
  [
    ['resource_server_added', 'resource_server_removed'],
    ['scope_added', 'scope_removed'],
    ['role_added', 'role_removed'],
    ['role_gains', 'role_loses'],
  ].flatMap(([a = '', b = '']) => [
    [a, b],
    [b, a],
  ]),
);

const undo = (change: CatalogChange): object => ({
  ...change,
  kind: UNDONE.get(change.kind) ?? change.kind,
  ...('from' in change ? { from: change.to, to: change.from } : {}),
});

const unordered = (changes: readonly object[]): string[] =>
  changes.map((change) => JSON.stringify(Object.entries(change).sort())).sort();

describe('laws of the diff', () => {
  test('a catalog does not differ from itself', () => {
    fc.assert(
      fc.property(arbitraryCatalog, (catalog) => {
        expect(diffCatalogs(catalog, structuredClone(catalog))).toEqual([]);
      }),
    );
  });

  test('the way back undoes every change', () => {
    fc.assert(
      fc.property(arbitraryCatalog, arbitraryCatalog, (before, after) => {
        const back = diffCatalogs(after, before);
        expect(unordered(back)).toEqual(unordered(diffCatalogs(before, after).map(undo)));
      }),
      RUNS,
    );
  });

  test('what roles grant differs exactly as it says', () => {
    fc.assert(
      fc.property(arbitraryCatalog, arbitraryCatalog, (before, after) => {
        const patched = new Map(
          [...before.roles].map(([name, { scopes }]) => [name, new Set(scopes)]),
        );
        for (const change of diffCatalogs(before, after)) {
          if (change.kind === 'role_added') patched.set(change.role, new Set());
          if (change.kind === 'role_gains') patched.get(change.role)?.add(change.scope);
          if (change.kind === 'role_loses') patched.get(change.role)?.delete(change.scope);
          if (change.kind === 'role_removed') patched.get(change.role)?.add('gone');
        }
        for (const [name, scopes] of patched) {
          expect([...scopes].sort()).toEqual([...(after.roles.get(name)?.scopes ?? ['gone'])]);
        }
      }),
      RUNS,
    );
  });
});
