import { describe, expect, test } from '@jest/globals';
import type { RevocationMatch, RevocationRule } from '../../src/revocation/ports.ts';
import { withStore } from './engine.ts';
import type { OpenStore } from './engine.ts';

const MATCHES: readonly RevocationMatch[] = [
  { kind: 'jti', jti: 'j1' },
  { kind: 'client', clientId: 'deploy-bot' },
  { kind: 'scope', scope: 'orders:read' },
  { kind: 'key', kid: 'k1' },
  { kind: 'version', version: 3 },
  { kind: 'issued-before', issuedBefore: 1_700_000_000 },
];

const aRule = (
  revision: number,
  match: RevocationMatch,
  settings: { readonly expiresAt?: number; readonly reason?: string } = {},
): RevocationRule => ({
  id: `rule-${revision}`,
  revision,
  createdAt: 1_000,
  createdBy: 'admin',
  ...settings,
  ...match,
});

const idsOf = (rules: readonly RevocationRule[]): string[] => rules.map(({ id }) => id);

export function revocationsContract(open: OpenStore): void {
  describe('revocation rules', () => {
    const withRules = (
      rules: readonly RevocationRule[],
      promise: Parameters<typeof withStore>[1],
    ) =>
      withStore(open, async (store) => {
        await store.storage.transaction(async (tx) => {
          for (const rule of rules) await tx.revocations.insert(rule);
        });
        await promise(store);
      });

    const ofEveryKind = MATCHES.map((match, n) =>
      aRule(n + 1, match, n === 0 ? { reason: 'leaked', expiresAt: 9_000 } : {}),
    );

    test(
      'a rule of every kind comes back as it was made, oldest first',
      withRules(ofEveryKind, async ({ storage: { read } }) => {
        expect(await read.revocations.listSince(0, 1_000)).toEqual(ofEveryKind);
        expect(await read.revocations.listSince(4, 1_000)).toEqual(ofEveryKind.slice(4));
      }),
    );

    test(
      'a rule is listed until it expires and forgotten after; one without expiry never is',
      withRules(ofEveryKind, async ({ storage: { read } }) => {
        expect(await read.revocations.listSince(0, 8_999)).toHaveLength(6);
        expect(await read.revocations.listSince(0, 9_000)).toHaveLength(5);
        await read.revocations.prune(8_999);
        expect((await read.revocations.list({ limit: 10 })).total).toBe(6);
        await read.revocations.prune(9_000);
        expect((await read.revocations.list({ limit: 10 })).total).toBe(5);
      }),
    );

    test(
      'pages are newest first and together hold every rule once, those of one change too',
      withRules(
        [
          ...ofEveryKind,
          { ...aRule(6, { kind: 'jti', jti: 'j2' }), id: 'rule-6b' },
          aRule(10, { kind: 'jti', jti: 'j3' }),
        ],
        async ({ storage: { read } }) => {
          const seen: string[] = [];
          for (let before: RevocationRule | undefined; ;) {
            const page = await read.revocations.list({
              limit: 3,
              ...(before === undefined ? {} : { before }),
            });
            expect(page.total).toBe(8);
            seen.push(...idsOf(page.items));
            if (page.items.length < 3) break;
            before = page.items.at(-1);
          }
          expect(seen).toEqual([
            ...['rule-10', 'rule-6b', 'rule-6', 'rule-5'],
            ...['rule-4', 'rule-3', 'rule-2', 'rule-1'],
          ]);
        },
      ),
    );

    test(
      'a page goes on from where a rule was that has been forgotten',
      withRules(ofEveryKind, async ({ storage: { read } }) => {
        const { items } = await read.revocations.list({
          limit: 10,
          before: { revision: 3, id: 'gone' },
        });
        expect(idsOf(items)).toEqual(['rule-2', 'rule-1']);
      }),
    );
  });
}
