import { describe, expect, test } from '@jest/globals';
import type { AuditEntry } from '../../src/audit/record.ts';
import { withStore } from './engine.ts';
import type { OpenStore } from './engine.ts';
import { aClient } from './clients.ts';

const entry = (requestId: string): AuditEntry => ({
  time: 1,
  event: 'client.created',
  decision: 'granted',
  requestId,
});

const PAGE = { limit: 100, order: 'oldest-first' } as const;

/** Lets every step that can be taken be taken. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

export function transactionsContract(open: OpenStore): void {
  describe('transactions', () => {
    test(
      'a rejected one leaves nothing behind, whatever it wrote',
      withStore(open, async ({ storage }) => {
        const before = await storage.read.revision.read();
        const work = storage.transaction(async (tx) => {
          await tx.revision.advance(['clients']);
          await tx.clients.insert(aClient('one'));
          await tx.audit.append(entry('r'));
          throw new Error('changed my mind');
        });
        await expect(work).rejects.toThrow('changed my mind');
        expect(await storage.read.revision.read()).toEqual(before);
        expect(await storage.read.clients.find('one')).toBeUndefined();
        expect(await storage.read.clients.isNameTaken('one')).toBe(false);
        expect((await storage.read.audit.list({}, PAGE)).total).toBe(0);
      }),
    );

    test(
      'a statement that fails takes the whole transaction with it',
      withStore(open, async ({ storage }) => {
        const work = storage.transaction(async (tx) => {
          await tx.clients.insert(aClient('one'));
          await tx.clients.insert(aClient('one'));
        });
        await expect(work).rejects.toThrow(/unique/i);
        expect(await storage.read.clients.isNameTaken('one')).toBe(false);
      }),
    );

    test(
      'each that commits is told of, and none that does not',
      withStore(open, async ({ storage, observe }) => {
        const commits: string[] = [];
        observe(({ kind, writes, seconds }) => {
          expect(seconds).toBeGreaterThan(0);
          commits.push(`${kind} of ${String(writes)}`);
        });
        await storage.transaction(() => Promise.reject(new Error('no'))).catch(() => undefined);
        await storage.transaction((tx) => tx.revision.advance(['clients']));
        await Promise.all(['a', 'b', 'c'].map((name) => storage.read.audit.append(entry(name))));
        expect(commits).toEqual(['change of 1', 'group of 3']);
      }),
    );

    test(
      'gives what its work gives, and goes on after one that failed',
      withStore(open, async ({ storage }) => {
        await storage.transaction(() => Promise.reject(new Error('no'))).catch(() => undefined);
        expect(await storage.transaction(async () => 7)).toBe(7);
      }),
    );

    test(
      'readers see committed data alone',
      withStore(open, async ({ storage }) => {
        await storage.transaction(async (tx) => {
          await tx.revision.advance(['clients']);
          await tx.clients.insert(aClient('one'));
          expect(await tx.clients.find('one')).toBeDefined();
          expect(await storage.read.clients.find('one')).toBeUndefined();
          expect((await storage.read.revision.read()).number).toBe(0);
        });
        expect(await storage.read.clients.find('one')).toBeDefined();
        expect((await storage.read.revision.read()).number).toBe(1);
      }),
    );

    test(
      'writers come one after the other, in the order asked',
      withStore(open, async ({ storage }) => {
        const log: string[] = [];
        const writer = (name: string) =>
          storage.transaction(async (tx) => {
            log.push(`${name} begins`);
            const number = await tx.revision.advance(['catalog']);
            await settle();
            expect((await tx.revision.read()).number).toBe(number);
            log.push(`${name} ends`);
            return number;
          });
        expect(await Promise.all([writer('a'), writer('b'), writer('c')])).toEqual([1, 2, 3]);
        expect(log).toEqual(['a', 'b', 'c'].flatMap((n) => [`${n} begins`, `${n} ends`]));
      }),
    );

    test(
      'an entry appended outside never lands in the transaction of another',
      withStore(open, async ({ storage }) => {
        let lone: Promise<void> | undefined;
        const work = storage.transaction(async (tx) => {
          await tx.audit.append(entry('inside'));
          lone = storage.read.audit.append(entry('outside'));
          await settle();
          throw new Error('rolled back');
        });
        await expect(work).rejects.toThrow('rolled back');
        await lone;
        const { items } = await storage.read.audit.list({}, PAGE);
        expect(items.map(({ requestId }) => requestId)).toEqual(['outside']);
      }),
    );

    test(
      'its ports write nothing once it is over',
      withStore(open, async ({ storage }) => {
        const late = await storage.transaction(async (tx) => ({ tx }));
        await expect(late.tx.clients.insert(aClient('late'))).rejects.toThrow();
        expect(await storage.read.clients.find('late')).toBeUndefined();
      }),
    );

    test(
      'what needs a transaction is refused outside of one',
      withStore(open, async ({ storage: { read } }) => {
        await expect(read.revision.advance(['keys'])).rejects.toThrow();
        await expect(read.clients.insert(aClient('one'))).rejects.toThrow();
        await expect(read.catalog.activate(0)).rejects.toThrow();
        expect((await read.revision.read()).number).toBe(0);
      }),
    );
  });

  describe('the revision counter', () => {
    test(
      'counts every change and notes the parts it touched',
      withStore(open, async ({ storage }) => {
        const advance = (...parts: Parameters<typeof storage.read.revision.advance>[0]) =>
          storage.transaction((tx) => tx.revision.advance(parts));
        expect(await advance('catalog')).toBe(1);
        expect(await advance('clients', 'keys')).toBe(2);
        expect(await advance('revocations')).toBe(3);
        const expected = { number: 3, catalog: 1, clients: 2, keys: 2, revocations: 3 };
        expect(await storage.read.revision.read()).toEqual(expected);
        expect(await storage.transaction((tx) => tx.revision.read())).toEqual(expected);
      }),
    );
  });
}
