import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createAdminClient, createConnection } from '../src/index.ts';
import type { AdminClient } from '../src/index.ts';
import { createPatience } from '../src/reach.ts';
import { problem, startStubIssuer } from './stub-issuer.ts';

const CLIENT = { secret: 's', entitled: ['ambit.audit:read', 'ambit.audit:erase'] };

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const connect = (url: string, fetch = globalThis.fetch): AdminClient =>
  createAdminClient(
    createConnection({
      ...{ url: new URL(url), fetch, now: () => 0 },
      credentials: { clientId: 'ops', clientSecret: 's' },
    }),
  );

/** A client of a stub whose admin API lets a test write the answer by hand. */
async function connectTo(write: (response: ServerResponse) => void): Promise<AdminClient> {
  const issuer = await startStubIssuer({ clients: { ops: CLIENT }, routes: {} });
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    write(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  closing.push(
    () => issuer.stop(),
    async () => server.closeAllConnections(),
    async () => server.close(),
  );
  const admin = `http://127.0.0.1:${String(port)}`;
  return connect(issuer.url, (url, init) =>
    fetch(String(url).replace(/^.*(?=\/admin\/v1)/, admin), init),
  );
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('an answer that comes line by line', () => {
  test('is given line by line, however it is cut on its way, empty lines left out', async () => {
    const text = '{"id":1,"actor":"Zoë"}\n\n{"id":2}\n\n\n{"id":3}\n';
    const bytes = Buffer.from(text);
    for (const size of [1, 2, 3, 7, bytes.length]) {
      const api = await connectTo((response) => {
        for (let at = 0; at < bytes.length; at += size) {
          response.write(bytes.subarray(at, at + size));
        }
        response.end();
      });
      const records = await collect(api.audit.export({}));
      expect(records).toEqual([{ id: 1, actor: 'Zoë' }, { id: 2 }, { id: 3 }]);
    }
  });

  test('comes before the answer has ended', async () => {
    const end = Promise.withResolvers<undefined>();
    const api = await connectTo((response) => {
      response.write('{"id":1}\n');
      void end.promise.then(() => response.end('{"id":2}\n'));
    });
    const records = api.audit.export({})[Symbol.asyncIterator]();
    expect(await records.next()).toEqual({ done: false, value: { id: 1 } });
    end.resolve(undefined);
    expect(await records.next()).toEqual({ done: false, value: { id: 2 } });
    expect(await records.next()).toMatchObject({ done: true });
  });

  test('that is broken off is no whole answer', async () => {
    const midway = await connectTo((response) => {
      response.write('{"id":1}\n{"i');
      response.destroy();
    });
    await expect(collect(midway.audit.export({}))).rejects.toMatchObject({ code: 'unreachable' });
    const between = await connectTo((response) => {
      response.write('{"id":1}\n', () => response.destroy());
    });
    await expect(collect(between.audit.export({}))).rejects.toMatchObject({ code: 'unreachable' });
    const unended = await connectTo((response) => response.end('{"id":1}'));
    await expect(collect(unended.audit.export({}))).rejects.toMatchObject({ code: 'unreachable' });
  });

  test('that is no JSON is told as what it is', async () => {
    const api = await connectTo((response) => response.end('<html>\n'));
    await expect(collect(api.audit.export({}))).rejects.toMatchObject({ code: 'http.200' });
  });

  test('that is refused is the refusal', async () => {
    const issuer = await startStubIssuer({
      clients: { ops: CLIENT },
      routes: {
        'GET /audit/export': problem(403, 'auth.insufficient_scope', 'not you'),
        'POST /audit/verifications': problem(409, 'audit.verifying', 'wait'),
      },
    });
    closing.push(() => issuer.stop());
    const api = connect(issuer.url);
    await expect(collect(api.audit.export({}))).rejects.toMatchObject({
      code: 'auth.insufficient_scope',
    });
    await expect(api.audit.verify([], () => undefined)).rejects.toMatchObject({
      code: 'audit.verifying',
    });
  });

  test('a token that has lost its power is replaced by a new one, once', async () => {
    const issuer = await startStubIssuer({
      clients: { ops: CLIENT },
      routes: { 'GET /audit/export': { body: '{"id":1}\n' } },
    });
    closing.push(() => issuer.stop());
    const api = connect(issuer.url);
    await collect(api.audit.export({}));
    issuer.expireTokens();
    expect(await collect(api.audit.export({}))).toEqual([{ id: 1 }]);
    expect(issuer.tokenRequests.filter(({ scope }) => scope !== undefined)).toHaveLength(2);
  });
});

test('an answer in one piece that is broken off is none', async () => {
  const api = await connectTo((response) => {
    response.write('{"id":', () => response.destroy());
  });
  await expect(api.audit.find(1)).rejects.toMatchObject({ code: 'unreachable' });
});

test('patience with a silent answer comes to an end', async () => {
  const { signal } = createPatience(1);
  await new Promise((lost) => {
    signal.addEventListener('abort', lost);
  });
  expect(signal.reason).toMatchObject({ name: 'TimeoutError' });
});

describe('a verification', () => {
  test('tells how far it has come, and what it found', async () => {
    const api = await connectTo((response) => {
      response.end(
        '{"step":"progress","checked":1,"total":2}\n{"step":"done","whole":true,"findings":[]}\n',
      );
    });
    const seen: number[] = [];
    const found = await api.audit.verify([], ({ checked }) => seen.push(checked));
    expect([found, seen]).toEqual([{ step: 'done', whole: true, findings: [] }, [1]]);
  });

  test('that ends without a word has not found the log whole', async () => {
    const api = await connectTo((response) => response.end());
    await expect(api.audit.verify([], () => undefined)).rejects.toMatchObject({ code: 'http.200' });
  });
});
