import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { owed } from './fuzz/coverage.ts';
import { fuzz, FUZZED } from './fuzz/run.ts';
import type { FuzzFigures } from './fuzz/run.ts';
import { tokenOf } from './support/oauth.ts';
import { adminCredentials, startServer } from './support/server.ts';
import type { TestServer } from './support/server.ts';

/** The short form of `npm run drill:fuzz`: it goes on until everything has come up that should. */
const LEAST = 3000;
const MOST = 20_000;
const DEAD_MAN_MS = 600_000;

describe('generated requests, by the thousand', () => {
  let server: TestServer;
  let figures: FuzzFigures;

  beforeAll(async () => {
    server = await startServer({ env: FUZZED });
    figures = await fuzz(server, {
      seed: 1,
      from: 0,
      requests: MOST,
      onRound: (done, tally) =>
        Promise.resolve(done >= LEAST && owed(tally).length === 0 ? 'enough' : undefined),
    });
  }, DEAD_MAN_MS);
  afterAll(() => server.remove());

  test('break nothing that is promised of every answer', () => {
    const told = figures.failures.map(({ request, broken, replay, smallest }) => ({
      request: `${request.endpoint}, ${request.flaw}`,
      broken,
      replay,
      smallest,
    }));
    expect(told).toEqual([]);
  });

  test('get from every endpoint each of its successes and of its usual refusals', () => {
    expect(owed(figures.tally)).toEqual([]);
  });

  test('leave a server that serves, with no error in its log', async () => {
    const { stdout, stderr } = server.output();
    expect(stdout.split('\n').filter((line) => line.includes('"level":"error"'))).toEqual([]);
    expect(stderr).toBe('');
    await tokenOf(server, adminCredentials(server.home), 'ambit.key:read');
  });
});
