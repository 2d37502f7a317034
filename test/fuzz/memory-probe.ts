/**
 * Loaded into the server by `--import`: tells on standard error how much memory it takes, after everything that is not
 * needed has gone, each time it gets SIGUSR2.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

process.on('SIGUSR2', () => {
  collectGarbage();
  collectGarbage(); // what only finalisers let go of goes with the second
  process.stderr.write(`${JSON.stringify({ memory: process.memoryUsage() })}\n`);
});
