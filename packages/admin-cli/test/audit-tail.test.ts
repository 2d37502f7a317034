import { expect, test } from '@jest/globals';
import { run } from '../src/index.ts';
import type { Io } from '../src/index.ts';
import { startStubIssuer } from '../../sdk/test/stub-issuer.ts';
import { WORLD } from './world.ts';

const record = (id: number) => ({
  id,
  time: '2026-11-22T11:59:00Z',
  event: 'token.issued',
  decision: 'granted',
  request_id: `q-${String(id)}`,
});

test('audit tail writes each record once, in order, a whole burst of them too', async () => {
  const log = [record(1)];
  const bursts = [[3], [], [4, 5, 6]];
  const stop = new AbortController();
  const waits: number[] = [];
  const issuer = await startStubIssuer({
    clients: WORLD.clients,
    routes: {
      'GET /audit': () => {
        log.push(record(2)); // written after the place that was asked for before
        return { body: { items: [...log].reverse(), total: log.length } };
      },
      'GET /audit/news': ({ path }) => {
        const after = new URLSearchParams(path.split('?')[1]).get('after');
        const items = after === null ? [] : log.filter(({ id }) => id > Number(after.slice(2)));
        return { body: { items, next: `1.${String(log.length)}` } };
      },
    },
  });
  let stdout = '';
  const io = {
    stdout: (text) => (stdout += text),
    stderr: (text) => (stdout += text),
    isTerminal: { stdin: false, stdout: false, stderr: false },
    env: { AMBIT_URL: issuer.url, AMBIT_CLIENT_ID: 'ops', AMBIT_CLIENT_SECRET: 'ops-secret' },
    fetch,
    now: () => 0,
    onStop: () => stop.signal,
    wait: (milliseconds) => {
      waits.push(milliseconds);
      const burst = bursts.shift();
      if (burst === undefined) stop.abort();
      log.push(...(burst ?? []).map(record));
      return Promise.resolve();
    },
  } satisfies Partial<Io>;
  const exit = await run(
    ['audit', 'tail', '--output', 'json', '--interval', '3'],
    io as unknown as Io,
  );
  await issuer.stop();

  const ids = stdout
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { id: number }).id);
  expect({ ids, exit }).toEqual({ ids: [1, 2, 3, 4, 5, 6], exit: 0 });
  expect(waits).toEqual([3000, 3000, 3000, 3000]);
});
