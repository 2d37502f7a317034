import { describe, expect, test } from '@jest/globals';
import type { AuditFilter, AuditPosition } from '../../src/audit/ports.ts';
import type { AuditEntry } from '../../src/audit/record.ts';
import type { Storage } from '../../src/storage.ts';
import { withStore } from './engine.ts';
import type { OpenStore } from './engine.ts';

const issued: AuditEntry = {
  time: 1_000,
  event: 'token.issued',
  decision: 'granted',
  requestId: 'r1',
  actor: 'deploy-bot',
  subject: 'deploy-bot',
  client: 'deploy-bot',
  resourceServer: 'shop-api',
  requestedScopes: ['orders:read', 'orders:write'],
  grantedScopes: ['orders:read'],
  refusedScopes: [{ scope: 'orders:write', reason: 'not_entitled' }],
  catalogVersion: 3,
  revision: 12,
  jti: 'j1',
  expiresAt: 1_300,
  kid: 'k1',
};

const refused: AuditEntry = {
  time: 2_000,
  event: 'token.refused',
  decision: 'refused',
  requestId: 'r2',
  actor: 'web',
  client: 'web',
  subject: 'alice',
  requestedScopes: ['orders:write'],
  reason: 'invalid_scope',
  detail: 'the scope is not granted to any role of the client',
};

const introspected: AuditEntry = {
  ...issued,
  time: 3_000,
  event: 'token.introspected',
  requestId: 'r3',
};

const disabled: AuditEntry = {
  time: 4_000,
  event: 'client.disabled',
  decision: 'granted',
  requestId: 'r4',
  actor: 'admin',
  target: { kind: 'client', id: 'deploy-bot' },
  before: { enabled: true, note: null },
  after: { enabled: false },
};

const forbidden: AuditEntry = { ...disabled, time: 5_000, decision: 'refused', requestId: 'r5' };

const ENTRIES = [issued, refused, introspected, disabled, forbidden];
const OLDEST_FIRST = { limit: 100, order: 'oldest-first' } as const;

/** Every filter, and the requests it leaves. */
const FILTERS: readonly (readonly [AuditFilter, readonly string[]])[] = [
  [{}, ['r1', 'r2', 'r3', 'r4', 'r5']],
  [{ client: 'deploy-bot' }, ['r1', 'r3', 'r4', 'r5']],
  [{ client: 'admin' }, ['r4', 'r5']],
  [{ client: 'nobody' }, []],
  [{ subject: 'deploy-bot' }, ['r1', 'r3']],
  [{ subject: 'alice' }, ['r2']],
  [{ event: 'token.issued' }, ['r1']],
  [{ event: 'client.disabled' }, ['r4', 'r5']],
  [{ decision: 'refused' }, ['r2', 'r5']],
  [{ decision: 'granted', event: 'client.disabled' }, ['r4']],
  [{ scope: 'orders:write' }, ['r1', 'r2', 'r3']],
  [{ scope: 'orders:read', event: 'token.issued' }, ['r1']],
  [{ jti: 'j1' }, ['r1', 'r3']],
  [{ requestId: 'r4' }, ['r4']],
  [{ since: 2_000, until: 4_000 }, ['r2', 'r3']],
];

export function auditContract(open: OpenStore): void {
  describe('the audit log', () => {
    const appendAll = async (storage: Storage, road: 'inside' | 'outside') => {
      for (const entry of ENTRIES) {
        await (road === 'outside'
          ? storage.read.audit.append(entry)
          : storage.transaction((tx) => tx.audit.append(entry)));
      }
    };

    test.each(['inside', 'outside'] as const)(
      'an entry appended %s a transaction comes back whole, with its place',
      (road) =>
        withStore(open, async ({ storage }) => {
          await appendAll(storage, road);
          const { items } = await storage.read.audit.list({}, OLDEST_FIRST);
          expect(items.map(({ id: _, link: _link, ...entry }) => entry)).toEqual(ENTRIES);
          const ids = items.map(({ id }) => id);
          expect(ids).toEqual([...ids].sort((a, b) => a - b));
        })(),
    );

    test.each(['inside', 'outside'] as const)(
      'every filter narrows to what it names, for entries appended %s a transaction',
      (road) =>
        withStore(open, async ({ storage }) => {
          await appendAll(storage, road);
          for (const [filter, expected] of FILTERS) {
            const { items, total } = await storage.read.audit.list(filter, OLDEST_FIRST);
            expect([filter, items.map(({ requestId }) => requestId)]).toEqual([filter, expected]);
            expect(total).toBe(expected.length);
          }
        })(),
    );

    test.each(['newest-first', 'oldest-first'] as const)(
      'pages go by time, %s, and the total counts all that the filter leaves',
      (order) =>
        withStore(open, async ({ storage }) => {
          await storage.read.audit.append({ ...forbidden, requestId: 'late', time: 1_000 });
          await appendAll(storage, 'outside');
          const { list } = storage.read.audit;
          const filter = { client: 'deploy-bot' };
          const first = await list(filter, { limit: 2, order });
          const { time = 0, id = 0 } = first.items.at(-1) ?? {};
          const second = await list(filter, { limit: 9, order, from: { time, id } });
          const ids = [first, second].flatMap(({ items }) => items).map((item) => item.requestId);
          const ascending = ['late', 'r1', 'r3', 'r4', 'r5'];
          expect(ids).toEqual(order === 'oldest-first' ? ascending : ascending.reverse());
          expect([first.total, second.total]).toEqual([5, 5]);
        })(),
    );

    test(
      'what was written after a record comes in the order it was written, whatever its time',
      withStore(open, async ({ storage }) => {
        await appendAll(storage, 'outside');
        const { listAfter } = storage.read.audit;
        const { position } = await listAfter({}, new Map(), 100);
        await storage.read.audit.append({ ...issued, requestId: 'late', time: 5 });
        await storage.read.audit.append({ ...forbidden, requestId: 'later' });
        const requests = async (filter: AuditFilter, limit: number) =>
          (await listAfter(filter, position, limit)).records.map(({ requestId }) => requestId);
        expect(await requests({}, 10)).toEqual(['late', 'later']);
        expect(await requests({}, 1)).toEqual(['late']);
        expect(await requests({ decision: 'refused' }, 10)).toEqual(['later']);
        expect(await requests({ until: 5_000 }, 10)).toEqual(['late']);
      }),
    );

    test.each([{}, { decision: 'granted' }] as const)(
      'whoever follows the log narrowed by %j step by step sees every record once, from inside transactions and outside',
      (filter) =>
        withStore(open, async ({ storage }) => {
          const seen: string[] = [];
          let position: AuditPosition = new Map();
          const follow = async () => {
            const news = await storage.read.audit.listAfter(filter, position, 3);
            seen.push(...news.records.map(({ requestId }) => requestId));
            position = news.position;
          };
          const expected: string[] = [];
          for (let round = 0; round < 12; round += 1) {
            const entries = Array.from({ length: 4 }, (_, index) => ({
              ...(index === 2 ? refused : issued),
              time: round,
              requestId: `${String(round)}-${String(index)}`,
            }));
            await Promise.all(
              entries.map((entry, index) =>
                index % 2 === 0
                  ? storage.read.audit.append(entry)
                  : storage.transaction((tx) => tx.audit.append(entry)),
              ),
            );
            const passing = entries.filter(
              ({ decision }) => !('decision' in filter) || decision === filter.decision,
            );
            expected.push(...passing.map(({ requestId }) => requestId));
            await follow();
          }
          while (seen.length < expected.length) await follow();
          await follow();
          expect([...seen].sort()).toEqual([...expected].sort());
        })(),
    );

    test.each(['inside', 'outside'] as const)(
      'names that strangers claim are kept as they came, with U+0000 in them too (%s a transaction)',
      (where) =>
        withStore(open, async ({ storage }) => {
          const strange = {
            ...{ ...refused, actor: 'a\0b', client: 'a\0b', requestedScopes: ['orders:\0'] },
            personal: { externalSubject: 'a\0b' },
          };
          await (where === 'inside'
            ? storage.transaction((tx) => tx.audit.append(strange))
            : storage.read.audit.append(strange));
          const { items } = await storage.read.audit.list({ client: 'a\ufffdb' }, OLDEST_FIRST);
          expect(items).toMatchObject([strange]);
        })(),
    );

    test(
      'what is personal comes back with its record, and its absence is not told as erased',
      withStore(open, async ({ storage }) => {
        const personal = { address: '192.0.2.7', externalSubject: 'repo:acme/shop' };
        await storage.read.audit.append({ ...issued, personal });
        await storage.transaction((tx) =>
          tx.audit.append({ ...issued, time: 1_001, personal: {} }),
        );
        const { items } = await storage.read.audit.list({}, OLDEST_FIRST);
        expect(items[0]).toMatchObject({ personal });
        expect(items[1]).not.toHaveProperty('personal');
        expect(items[1]).not.toHaveProperty('personalErased');
      }),
    );

    test(
      'a record is found by each of its scopes, however many they are',
      withStore(open, async ({ storage }) => {
        const grantedScopes = Array.from({ length: 50 }, (_, n) => `orders:do-${String(n)}`);
        await storage.read.audit.append({ ...issued, requestedScopes: [], grantedScopes });
        for (const scope of grantedScopes) {
          const { total } = await storage.read.audit.list({ scope }, OLDEST_FIRST);
          expect({ scope, total }).toEqual({ scope, total: 1 });
        }
      }),
    );

    test(
      'the issuance of a token is found, and nothing else about it',
      withStore(open, async ({ storage }) => {
        await appendAll(storage, 'outside');
        expect(await storage.read.audit.findIssuance('j1')).toMatchObject(issued);
        expect(await storage.read.audit.findIssuance('j2')).toBeUndefined();
      }),
    );
  });
}
