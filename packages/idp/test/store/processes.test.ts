import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { openSound, temporaryFolder } from '../support/temporary-store.ts';

const run = promisify(execFile);
const source = new URL('../../src/store/open-storage.ts', import.meta.url).href;

/** A process that lays out the database and makes changes and audit entries of its own. */
const writer = (path: string, name: string) =>
  run(process.execPath, [
    '--input-type=module',
    '--eval',
    `import { openStorage } from '${source}';
     const { value: store } = await openStorage({ url: 'sqlite:${path}' });
     await store.migrate();
     for (let n = 0; n < 25; n += 1) {
       await store.storage.transaction(async (tx) => {
         await tx.revision.advance(['clients']);
         await new Promise((resolve) => setImmediate(resolve));
       });
       await store.storage.read.audit.append({
         time: n, event: 'token.issued', decision: 'granted', requestId: '${name}',
       });
     }
     await store.close();`,
  ]);

test('processes that start and write at once lose nothing of each other', async () => {
  const folder = temporaryFolder();
  const path = join(folder.path, 'ambit.db');
  try {
    await Promise.all([writer(path, 'a'), writer(path, 'b'), writer(path, 'c')]);
    const { storage, close } = await openSound(path);
    expect((await storage.read.revision.read()).number).toBe(75);
    expect((await storage.read.audit.list({}, { limit: 1, order: 'oldest-first' })).total).toBe(75);
    await close();
  } finally {
    folder.remove();
  }
});
