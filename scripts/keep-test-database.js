import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath, URL } from 'node:url';

const KEEPER = fileURLToPath(new URL('../test/support/postgres/keeper.ts', import.meta.url));

/**
 * Before the tests: starts what keeps a PostgreSQL for them, unless one is given. The database itself is started by the
 * first test that needs it, and ends with the run.
 */
export default async function keepTestDatabase() {
  if (process.env.AMBIT_TEST_DATABASE_URL) return;
  const keeper = spawn(process.execPath, [KEEPER], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await new Promise((resolve) => {
    createInterface(keeper.stdout).once('line', (first) => resolve([first]));
  });
  process.env.AMBIT_TEST_KEEPER = JSON.parse(line).url;
  globalThis.testDatabaseKeeper = keeper;
}
