import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { connect } from '../../src/store/sqlite/connection.ts';
import { transact } from '../../src/store/sqlite/transaction.ts';
import { temporaryFolder } from '../support/temporary-store.ts';

/** `pragma synchronous` as SQLite gives it. */
const LEVELS = { normal: 1, full: 2 } as const;

test.each(['normal', 'full'] as const)(
  'a change is on the disk, and after it records are %s again, also when it failed',
  async (records) => {
    const folder = temporaryFolder();
    const writer = await connect(join(folder.path, 'ambit.db'), 'write');
    const level = () => writer.bare.pragma('synchronous', { simple: true }) as number;
    try {
      await transact(writer, async () => expect(level()).toBe(LEVELS.full), records);
      expect(level()).toBe(LEVELS[records]);
      const failed = transact(writer, () => Promise.reject(new Error('no')), records);
      await expect(failed).rejects.toThrow('no');
      expect(level()).toBe(LEVELS[records]);
    } finally {
      await writer.db.destroy();
      folder.remove();
    }
  },
);
