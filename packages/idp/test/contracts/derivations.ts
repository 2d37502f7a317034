import { describe, expect, test } from '@jest/globals';
import type { AuditEntry } from '../../src/audit/record.ts';
import type { Derivation } from '../../src/delegation/ports.ts';
import type { Storage } from '../../src/storage.ts';
import { withStore } from './engine.ts';
import type { OpenStore } from './engine.ts';

const exchanged = (jti: string): AuditEntry => ({
  time: 1_000,
  event: 'token.exchanged',
  decision: 'granted',
  requestId: `request-${jti}`,
  jti,
});

const aDerivation = (
  jti: string,
  parentJti: string,
  settings: Partial<Derivation> = {},
): Derivation => ({
  jti,
  parentJti,
  root: {
    jti: 'root',
    sub: 'front',
    clientId: 'front',
    audience: 'https://orders.example',
    scopes: ['orders:write'],
  },
  steps: [
    {
      jti,
      parentJti,
      actor: 'orders',
      audience: 'https://payments.example',
      scopes: [
        { scope: 'orders:read', by: 'carried' },
        {
          scope: 'payments:charge',
          by: 'rule',
          rule: { actor: { role: 'orders' }, holding: ['orders:write'], may: ['payments:charge'] },
        },
      ],
      catalogVersion: 3,
      depth: 1,
      expiresAt: 100,
    },
  ],
  ancestors: [
    {
      jti: 'root',
      clientId: 'front',
      scopes: ['orders:write'],
      kid: 'k1',
      catalogVersion: 3,
      issuedAt: 1,
      revision: 7,
    },
  ],
  expiresAt: 100,
  ...settings,
});

async function keep({ read }: Storage, ...derivations: readonly Derivation[]): Promise<void> {
  for (const derivation of derivations) {
    await read.audit.append(exchanged(derivation.jti), derivation);
  }
}
const jtisOf = (derivations: readonly Derivation[]): string[] => derivations.map(({ jti }) => jti);

export function derivationsContract(open: OpenStore): void {
  describe('derivations', () => {
    test(
      'one is found by its jti as it was kept, inside a transaction and outside',
      withStore(open, async ({ storage }) => {
        const derivation = aDerivation('a', 'root');
        await keep(storage, derivation);
        expect(await storage.read.derivations.find('a')).toEqual(derivation);
        expect(await storage.transaction((tx) => tx.derivations.find('a'))).toEqual(derivation);
        expect(await storage.read.derivations.find('root')).toBeUndefined();
      }),
    );

    test(
      'the children of a token are listed in the order of their ids, without their own',
      withStore(open, async ({ storage }) => {
        await keep(
          storage,
          aDerivation('a2', 'root'),
          aDerivation('b1', 'a1'),
          aDerivation('a1', 'root'),
        );
        const { listChildren } = storage.read.derivations;
        expect(jtisOf(await listChildren('root'))).toEqual(['a1', 'a2']);
        expect(jtisOf(await listChildren('a1'))).toEqual(['b1']);
        expect(await listChildren('b1')).toEqual([]);
      }),
    );

    test(
      'one is committed with its audit record, or neither is: in a transaction',
      withStore(open, async ({ storage }) => {
        const work = storage.transaction(async (tx) => {
          await tx.audit.append(exchanged('a'), aDerivation('a', 'root'));
          expect(await tx.derivations.find('a')).toBeDefined();
          expect(await storage.read.derivations.find('a')).toBeUndefined();
          throw new Error('changed my mind');
        });
        await expect(work).rejects.toThrow('changed my mind');
        expect(await storage.read.derivations.find('a')).toBeUndefined();
        expect(await storage.read.audit.findIssuance('a')).toBeUndefined();
      }),
    );

    test(
      'one is committed with its audit record, or neither is: in a group, of which the others are kept',
      withStore(open, async ({ storage }) => {
        const { read } = storage;
        await keep(storage, aDerivation('a', 'root'));
        const [good, twice] = await Promise.allSettled([
          read.audit.append(exchanged('b'), aDerivation('b', 'root')),
          read.audit.append({ ...exchanged('a'), requestId: 'twice' }, aDerivation('a', 'other')),
        ]);
        expect([good.status, twice.status]).toEqual(['fulfilled', 'rejected']);
        expect(jtisOf(await read.derivations.listChildren('root'))).toEqual(['a', 'b']);
        expect(await read.derivations.listChildren('other')).toEqual([]);
        const page = { limit: 10, order: 'oldest-first' } as const;
        expect((await read.audit.list({ requestId: 'twice' }, page)).total).toBe(0);
        expect((await read.audit.list({ jti: 'b' }, page)).total).toBe(1);
      }),
    );

    test(
      'one is forgotten when its token has expired, and not a second before',
      withStore(open, async ({ storage }) => {
        await keep(
          storage,
          aDerivation('early', 'root', { expiresAt: 100 }),
          aDerivation('late', 'root', { expiresAt: 101 }),
        );
        const { prune, listChildren, find } = storage.read.derivations;
        await prune(99_999);
        expect(jtisOf(await listChildren('root'))).toEqual(['early', 'late']);
        await prune(100_999);
        expect(jtisOf(await listChildren('root'))).toEqual(['late']);
        expect(await find('early')).toBeUndefined();
        await storage.transaction((tx) => tx.derivations.prune(101_000));
        expect(await listChildren('root')).toEqual([]);
      }),
    );

    test(
      'a record outlives the derivation that was committed with it',
      withStore(open, async ({ storage }) => {
        await keep(storage, aDerivation('a', 'root'));
        await storage.read.derivations.prune(1_000_000);
        expect(await storage.read.audit.findIssuance('a')).toMatchObject({ jti: 'a' });
      }),
    );
  });
}
