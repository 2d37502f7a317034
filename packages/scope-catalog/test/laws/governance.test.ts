import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  decideAdminRemoval,
  decideAssignment,
  decideClientChange,
  decidePublish,
  decideSeparation,
  entitledScopes,
  holdsReservedRole,
  isLiveAdmin,
  isReservedRole,
} from '@ambit/scope-catalog';
import type { CompiledCatalog, Principal } from '@ambit/scope-catalog';
import {
  arbitraryCatalog,
  arbitraryPrincipal,
  arbitraryDocument,
  CLIENTS,
  compiled,
  NOW,
  ROLES,
} from '../arbitraries.ts';

const RUNS = { numRuns: 1000 };
const role = fc.constantFrom(...ROLES, 'ambit-viewer', 'ambit-admin', 'ambit-none');

const withRole = (client: Principal, assigned: string): Principal => ({
  ...client,
  assignments: [...client.assignments.filter((held) => held.role !== assigned), { role: assigned }],
});

/** What a sequence of attempts makes of the clients when each is done only where it is decided so. */
function attemptAll(
  catalog: CompiledCatalog,
  clients: ReadonlyMap<string, Principal>,
  attempts: readonly { actor: string; target: string; assigned: string }[],
): ReadonlyMap<string, Principal> {
  const state = new Map(clients);
  for (const { actor: by, target: whom, assigned } of attempts) {
    const actor = state.get(by);
    const target = state.get(whom);
    if (actor === undefined || target === undefined) continue;
    const now = NOW;
    const decisions = [
      decideClientChange({ actor, target, change: 'change', now }),
      decideAssignment({ actor, target: whom, role: assigned, catalog, now }),
      decideSeparation(withRole(target, assigned), catalog, now),
    ];
    if (decisions.every(({ ok }) => ok)) state.set(whom, withRole(target, assigned));
  }
  return state;
}

describe('nobody lifts themselves', () => {
  test('without an admin, no sequence of assignments gives anybody power over Ambit, or an actor anything', () => {
    const clients = fc.tuple(...CLIENTS.map(() => arbitraryPrincipal));
    const attempts = fc.array(
      fc.record({
        actor: fc.constantFrom(...CLIENTS),
        target: fc.constantFrom(...CLIENTS),
        assigned: role,
      }),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(arbitraryCatalog, clients, attempts, (catalog, drawn, tried) => {
        const before = new Map(
          CLIENTS.map((clientId, index) => [
            clientId as string,
            {
              clientId,
              enabled: true,
              assignments: (drawn[index]?.assignments ?? []).filter(
                (held) => held.role !== 'ambit-admin',
              ),
            } satisfies Principal,
          ]),
        );
        const after = attemptAll(catalog, before, tried);
        for (const clientId of CLIENTS) {
          const [was, is] = [before.get(clientId), after.get(clientId)];
          if (was === undefined || is === undefined) throw new Error('clients do not vanish');
          const gained = [...entitledScopes(catalog, is, NOW)].filter(
            (scope) => !entitledScopes(catalog, was, NOW).has(scope),
          );
          expect(gained.filter((scope) => scope.startsWith('ambit'))).toEqual([]);
          if (holdsReservedRole(was, NOW)) expect(gained).toEqual([]);
        }
      }),
      RUNS,
    );
  });

  test('only an admin assigns roles over Ambit or assigns to itself', () => {
    fc.assert(
      fc.property(
        arbitraryCatalog,
        arbitraryPrincipal,
        fc.constantFrom(...CLIENTS),
        role,
        (catalog, actor, target, assigned) => {
          const decided = decideAssignment({ actor, target, role: assigned, catalog, now: NOW });
          if (isReservedRole(assigned) || target === actor.clientId) {
            expect(!decided.ok || isLiveAdmin(actor, NOW)).toBe(true);
          }
          if (decided.ok) expect(catalog.roles.has(assigned)).toBe(true);
        },
      ),
      RUNS,
    );
  });

  test('nobody but an admin publishes what they gain by', () => {
    fc.assert(
      fc.property(
        arbitraryCatalog,
        arbitraryPrincipal,
        fc.array(fc.constant('orders:read'), { maxLength: 2 }),
        (catalog, actor, publisherGains) => {
          const plan = { publisherGains };
          const decided = decidePublish({ actor, plan, catalog, clients: [], now: NOW });
          expect(decided.ok).toBe(publisherGains.length === 0 || isLiveAdmin(actor, NOW));
        },
      ),
      RUNS,
    );
  });

  test('no admin either publishes a catalog that lends power to a client with power over Ambit', () => {
    const actor = { clientId: 'root', enabled: true, assignments: [{ role: 'ambit-admin' }] };
    const plan = { publisherGains: [] };
    fc.assert(
      fc.property(arbitraryDocument, arbitraryPrincipal, (document, client) => {
        const { clientId } = client;
        const catalogs = [
          compiled({
            ...document,
            delegation: [{ actor: { client: clientId }, holding: [], may: [] }],
          }),
          compiled({
            ...document,
            federation: {
              ci: {
                issuer: 'https://ci.example',
                audience: 'https://id.example',
                rules: [{ match: { sub: 'x' }, client: clientId, scopes: [] }],
              },
            },
          }),
        ];
        for (const catalog of catalogs) {
          const decided = decidePublish({ actor, plan, catalog, clients: [client], now: NOW });
          expect(decided.ok).toBe(!holdsReservedRole(client, NOW));
        }
      }),
      { numRuns: 300 },
    );
  });

  test('the last live admin stays', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom(...CLIENTS)),
        fc.array(fc.constantFrom(...CLIENTS)),
        (admins, removals) => {
          let liveAdmins: readonly string[] = admins;
          for (const removed of removals) {
            if (decideAdminRemoval({ liveAdmins, removed }).ok) {
              liveAdmins = liveAdmins.filter((admin) => admin !== removed);
            }
          }
          expect(liveAdmins.length > 0).toBe(admins.length > 0);
        },
      ),
      RUNS,
    );
  });
});
