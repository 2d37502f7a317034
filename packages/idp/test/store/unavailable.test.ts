import { describe, expect, test } from '@jest/globals';
import { connect } from '../../src/store/sqlite/connection.ts';
import type { Engine } from '../../src/store/engine.ts';
import { createStorage } from '../../src/store/storage.ts';

/** An engine every statement of which fails for one reason. */
function failingWith(code: string): Engine {
  const fail = () => {
    throw Object.assign(new Error('the statement failed'), { code });
  };
  const rejected = () => Promise.reject(Object.assign(new Error('the statement failed'), { code }));
  return {
    reader: fail as never,
    hot: { readRevision: rejected, findClient: rejected } as never,
    transaction: rejected,
    write: rejected,
  } as unknown as Engine;
}

function attempts(code: string) {
  const { read, transaction } = createStorage(failingWith(code), { clock: () => 0 });
  return [
    read.revision.read(),
    read.clients.find('client'),
    read.catalog.activeVersion(),
    read.replays.claim('key', 1, 0),
    read.audit.append({ time: 0, event: 'token.issued', decision: 'granted', requestId: 'r' }),
    transaction(() => Promise.resolve()),
  ];
}

describe('a store whose machine is at fault', () => {
  test.each([
    ...['SQLITE_FULL', 'SQLITE_BUSY', 'SQLITE_IOERR_WRITE', 'SQLITE_READONLY'],
    ...['08006', '28P01', '3D000', '42501', '53300', '55000', '57P01'],
  ])('says of %s that it is unavailable, whatever was asked of it', async (code) => {
    for (const attempt of await Promise.allSettled(attempts(code))) {
      expect(attempt).toMatchObject({
        status: 'rejected',
        reason: { code: 'store.unavailable', cause: { code } },
      });
    }
  });

  test('passes on what is a fault of ours as it is', async () => {
    for (const attempt of await Promise.allSettled(attempts('SQLITE_TOOBIG'))) {
      expect(attempt).toMatchObject({ reason: { code: 'SQLITE_TOOBIG' } });
    }
  });

  test.each(['SQLITE_CONSTRAINT_TRIGGER', 'SQLITE_ERROR', '42P01', '23505', 'P0001'])(
    'says of %s that the log cannot be written where a record met it, and nothing of the sort elsewhere',
    async (code) => {
      const { read, transaction, stall } = createStorage(failingWith(code), { clock: () => 0 });
      await expect(transaction(() => Promise.resolve())).rejects.toMatchObject({ code });
      expect(await stall()).toBeUndefined();
      const entry = {
        time: 0,
        event: 'token.issued',
        decision: 'granted',
        requestId: 'r',
      } as const;
      await expect(read.audit.append(entry)).rejects.toMatchObject({ code: 'store.unavailable' });
      expect(await stall()).toMatchObject({ cause: 'failing', refused: 1 });
    },
  );
});

test('what was to be stored is not in the error that says it was not', async () => {
  const { db } = await connect(':memory:', 'write');
  const stored = db('nowhere').insert({ private_jwk: 'sealed-bytes' });
  await expect(stored).rejects.toMatchObject({
    message: expect.not.stringContaining('sealed-bytes'),
  });
  await db.destroy();
});
