import { describe, expect, test } from '@jest/globals';
import type { AuditEntry } from '../../src/audit/record.ts';
import { observeDecisions } from '../../src/metrics/observe-decisions.ts';
import type { Storage } from '../../src/storage.ts';
import { createTemporaryStore } from '../support/temporary-store.ts';

const entry = (requestId: string): AuditEntry => ({
  time: 1,
  event: 'token.issued',
  decision: 'granted',
  requestId,
});

/** What an observer was told, in order, of a storage that may be broken. */
async function observing(
  work: (storage: Storage, told: string[]) => Promise<void>,
  breakIt: (storage: Storage) => Storage = (storage) => storage,
): Promise<string[]> {
  const store = await createTemporaryStore();
  const told: string[] = [];
  try {
    const observed = observeDecisions(breakIt(store.storage), {
      decided: ({ event, decision, requestId, reason }) => {
        if (event === 'token.refused') told.push(`${decision}, ${String(reason)}`);
        told.push(requestId);
      },
      settled: (outcome) => told.push(outcome),
    });
    await work(observed, told);
    return told;
  } finally {
    await store.close();
  }
}

describe('an observed storage', () => {
  test('tells of a decision and its record once that is written', async () => {
    const told = await observing(async ({ read }, soFar) => {
      const written = read.audit.append(entry('a'));
      expect(soFar).toEqual([]);
      await written;
      expect(soFar).toEqual(['a', 'recorded']); // before the answer goes out
      expect((await read.audit.list({}, { limit: 9, order: 'oldest-first' })).total).toBe(1);
    });
    expect(told).toEqual(['a', 'recorded']);
  });

  test('tells of a token whose record could not be written as refused, and of others as what they are', async () => {
    const told = await observing(
      async ({ read }) => {
        await expect(read.audit.append(entry('a'))).rejects.toThrow('disk full');
        const introspected = { ...entry('b'), event: 'token.introspected' } as const;
        await expect(read.audit.append(introspected)).rejects.toThrow('disk full');
      },
      (storage) => ({
        ...storage,
        read: {
          ...storage.read,
          audit: { ...storage.read.audit, append: () => Promise.reject(new Error('disk full')) },
        },
      }),
    );
    expect(told).toEqual(['refused, temporarily_unavailable', 'a', 'failed', 'b', 'failed']);
  });

  test('tells of a change once it has committed, and never of one that has not', async () => {
    const told = await observing(async ({ transaction }, soFar) => {
      await transaction(async (tx) => {
        await tx.audit.append(entry('kept'));
        expect(soFar).toEqual([]);
      });
      const work = transaction(async (tx) => {
        await tx.audit.append(entry('gone'));
        throw new Error('changed my mind');
      });
      await expect(work).rejects.toThrow('changed my mind');
    });
    expect(told).toEqual(['kept', 'recorded']);
  });
});
