import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { openSound, temporaryFolder } from '../support/temporary-store.ts';

const run = promisify(execFile);
const source = new URL('../../src/store/open-storage.ts', import.meta.url).href;

/** Tokens that a quota allows, fewer than the processes ask for. */
const QUOTA = 40;

/** A process that lays out the database, makes changes and audit entries, and prints how much of the quota it got. */
const writer = (path: string, name: string) =>
  run(process.execPath, [
    '--input-type=module',
    '--eval',
    `import { openStorage } from '${source}';
     const { value: store } = await openStorage({ url: 'sqlite:${path}' });
     await store.migrate();
     const quota = { limit: ${QUOTA}, windowSeconds: 60, per: 'client', mode: 'enforce' };
     let granted = 0;
     for (let n = 0; n < 25; n += 1) {
       await store.storage.transaction(async (tx) => {
         await tx.revision.advance(['clients']);
         await new Promise((resolve) => setImmediate(resolve));
       });
       await store.storage.read.audit.append({
         time: n, event: 'token.issued', decision: 'granted', requestId: '${name}',
       });
       const claim = await store.storage.read.quotas.claim(
         [{ scope: 'orders:read', holder: 'web', quota }], 1,
       );
       granted += Number(claim.granted);
     }
     await store.close();
     console.log(granted);`,
  ]);

test('processes that start and write at once lose nothing of each other, and share what quotas count', async () => {
  const folder = temporaryFolder();
  const path = join(folder.path, 'ambit.db');
  try {
    const written = await Promise.all(['a', 'b', 'c'].map((name) => writer(path, name)));
    const granted = written.map(({ stdout }) => Number(stdout));
    expect(granted.reduce((sum, one) => sum + one)).toBe(QUOTA);
    const { storage, close } = await openSound(path);
    expect((await storage.read.revision.read()).number).toBe(75);
    expect((await storage.read.audit.list({}, { limit: 1, order: 'oldest-first' })).total).toBe(75);
    await close();
  } finally {
    folder.remove();
  }
});
