import { expect, test } from '@jest/globals';
import { run } from '../src/index.ts';
import type { Io } from '../src/index.ts';
import { startStubIssuer } from '../../sdk/test/stub-issuer.ts';
import { WORLD } from './world.ts';

const record = (id: number) => ({
  id,
  client: id % 2 === 0 ? 'even' : 'odd',
  time: '2026-11-22T11:59:00Z',
  event: 'token.issued',
  decision: 'granted',
  request_id: `q-${String(id)}`,
});

/** How many records the server looks at for one answer. */
const SPAN = 2;

/** What `audit tail` writes and asks for while records are written in bursts, one before each time it looks. */
async function follow(args: readonly string[], bursts: number[][]) {
  const log = [record(1), record(2)];
  const stop = new AbortController();
  const waits: number[] = [];
  const asked: number[] = [];
  const issuer = await startStubIssuer({
    clients: WORLD.clients,
    routes: {
      'GET /audit': ({ path }) => {
        const query = new URLSearchParams(path.split('?')[1]);
        const found = log.filter(passes(query)).reverse();
        return { body: { items: found.slice(0, Number(query.get('limit'))), total: found.length } };
      },
      'GET /audit/news': ({ path }) => {
        const query = new URLSearchParams(path.split('?')[1]);
        const after = Number(query.get('after'));
        asked.push(after);
        const next = log.filter(({ id }) => id > after).slice(0, SPAN);
        const place = { after: next.at(-1)?.id ?? after, more: next.length === SPAN };
        return { body: { items: next.filter(passes(query)), ...place } };
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
    ['audit', 'tail', '--output', 'json', '--interval', '3', ...args],
    io as unknown as Io,
  );
  await issuer.stop();

  const ids = stdout
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { id: number }).id);
  return { ids, exit, waits, asked };
}

const passes =
  (query: URLSearchParams) =>
  ({ client }: { readonly client: string }): boolean =>
    [null, client].includes(query.get('client'));

test('audit tail writes each record once, in order, a whole burst of them too', async () => {
  const { ids, exit, waits } = await follow([], [[3], [], [4, 5, 6, 7, 8]]);
  expect({ ids, exit }).toEqual({ ids: [1, 2, 3, 4, 5, 6, 7, 8], exit: 0 });
  expect(waits).toEqual([3000, 3000, 3000, 3000]);
});

test('audit tail looks at each record once, however few of them it writes', async () => {
  const { ids, asked } = await follow(['--client', 'even'], [[3, 5], [7], [9, 10]]);
  expect(ids).toEqual([2, 10]);
  expect(asked).toEqual([2, 5, 5, 7, 10]);
});
