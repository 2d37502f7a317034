import { afterEach, describe, expect, test } from '@jest/globals';
import { run } from '../src/index.ts';
import type { Io } from '../src/index.ts';
import { problem, startStubIssuer } from '../../sdk/test/stub-issuer.ts';
import type { StubIssuer, StubReply } from '../../sdk/test/stub-issuer.ts';
import { WORLD } from './world.ts';

const record = (id: number) => ({
  id,
  time: '2026-11-22T11:59:00Z',
  event: 'token.issued',
  decision: 'granted',
  request_id: `q-${String(id)}`,
});

let issuer: StubIssuer;
afterEach(() => issuer.stop());

/** What happens between two looks at the log. */
interface Meanwhile {
  readonly written?: readonly number[];
  /** What becomes of requests from now on, until told otherwise: they are answered where it is `undefined`. */
  readonly instead?: 'refused' | 'broken off' | StubReply | undefined;
  /** How the path of these requests ends; all of them unless told. */
  readonly at?: string;
  readonly tokensExpire?: true;
}

/** Follows a log to which things happen between the looks, the first of them before it is looked at; stops then. */
async function follow(first: Meanwhile, ...meanwhile: readonly Meanwhile[]) {
  const stop = new AbortController();
  const told = { stdout: '', stderr: '' };
  const waits: number[] = [];
  const log = [record(1)];
  let now: Meanwhile = {};
  const happen = (next: Meanwhile): void => {
    now = 'instead' in next ? next : { ...now, ...next };
    log.push(...(next.written ?? []).map(record));
    if (next.tokensExpire) issuer.expireTokens();
  };
  issuer = await startStubIssuer({
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
  happen(first);
  const rest = [...meanwhile];
  const io = {
    stdout: (text) => (told.stdout += text),
    stderr: (text) => (told.stderr += text),
    isTerminal: { stdin: false, stdout: false, stderr: false },
    env: { AMBIT_URL: issuer.url, AMBIT_CLIENT_ID: 'ops', AMBIT_CLIENT_SECRET: 'ops-secret' },
    async fetch(url, init) {
      if (now.instead === undefined || !String(url).endsWith(now.at ?? '')) return fetch(url, init);
      if (now.instead === 'refused') {
        throw new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } });
      }
      if (now.instead === 'broken off') return new Response(brokenOff());
      return Response.json(now.instead.body, { status: now.instead.status ?? 200 });
    },
    now: () => 0,
    onStop: () => stop.signal,
    wait: (milliseconds) => {
      waits.push(milliseconds);
      const next = rest.shift();
      if (next === undefined) stop.abort();
      else happen(next);
      return Promise.resolve();
    },
  } satisfies Partial<Io>;
  const exit = await run(
    ['audit', 'tail', '--output', 'json', '--interval', '3'],
    io as unknown as Io,
  );
  const lines = told.stdout.trim().split('\n').filter(Boolean);
  const ids = lines.map((line) => (JSON.parse(line) as { id: number }).id);
  return { ids, exit, waits, stderr: told.stderr };
}

/** A body of which a part comes, and then nothing more. */
const brokenOff = () =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{"items":[{"id":'));
      controller.error(new TypeError('terminated', { cause: { code: 'UND_ERR_SOCKET' } }));
    },
  });

test('audit tail writes each record once, in order, a whole burst of them too', async () => {
  const followed = await follow({}, { written: [3] }, {}, { written: [4, 5, 6] });
  expect(followed).toEqual({
    ids: [1, 2, 3, 4, 5, 6],
    ...{ exit: 0, waits: [3000, 3000, 3000, 3000], stderr: '' },
  });
});

const UNAVAILABLE = problem(503, 'server.unavailable', 'the store \u001b[31mcannot be read');

describe('audit tail of a server that goes away', () => {
  test.each([
    ['answers nothing', 'refused', /^ambit: the server does not answer.*ECONNREFUSED/],
    ['breaks off', 'broken off', /^ambit: the server does not answer.*UND_ERR_SOCKET/],
    ['cannot do its work', UNAVAILABLE, /^ambit: the server does not answer.*cannot be read/],
    ['is replaced by its proxy', { status: 502, body: '' }, /^ambit: the server does not .*502/],
  ] as const)('goes on where it was when that %s for a while', async (_, instead, said) => {
    const followed = await follow(
      {},
      { instead },
      { written: [3] },
      { written: [4] },
      { instead: undefined, written: [5], tokensExpire: true },
      { written: [6] },
    );
    expect(followed).toMatchObject({ ids: [1, 2, 3, 4, 5, 6], exit: 0 });
    expect(followed.waits).toEqual(Array(6).fill(3000));
    expect(followed.stderr).not.toContain('\u001b');
    expect(followed.stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(said)]);
  });

  test('waits for its token endpoint too', async () => {
    const instead = { status: 503, body: { error: 'temporarily_unavailable' } };
    const away = { tokensExpire: true, at: '/token', instead } as const;
    const followed = await follow({}, away, {}, { instead: undefined, written: [3] });
    expect(followed).toMatchObject({ ids: [1, 2, 3], exit: 0 });
    expect(followed.stderr).toMatch(/^ambit: the server does not answer.*token endpoint.*503\n$/);
  });

  test('says so each time', async () => {
    const away = { instead: 'refused' } as const;
    const back = { instead: undefined };
    const { stderr } = await follow({}, away, {}, back, away, back);
    expect(stderr.match(/does not answer/g)).toHaveLength(2);
  });

  test('begins with nothing but a server that answers', async () => {
    const followed = await follow({ instead: 'refused' });
    expect(followed).toMatchObject({ ids: [], exit: 6, waits: [] });
    expect(followed.stderr).toMatch(/^ambit: no answer from /);
  });

  test('ends when it is refused', async () => {
    const instead = problem(403, 'auth.insufficient_scope', 'not any more');
    const followed = await follow({}, { instead }, {});
    expect(followed).toMatchObject({ exit: 3, waits: [3000] });
  });
});
