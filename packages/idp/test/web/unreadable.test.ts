import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, test } from '@jest/globals';
import { until } from '../../../../test/support/until.ts';
import { answerUnreadable, meetUnreadable } from '../../src/web/unreadable.ts';

const logged: unknown[] = [];
const meet = meetUnreadable({
  issuer: 'https://id.example',
  log: { debug: (...line: unknown[]) => logged.push(line) } as never,
  newId: () => 'an-id',
});
let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
  logged.length = 0;
});

/** Connects to a server that answers so, and waits so long for a head. */
async function open(
  answer: (response: ServerResponse) => void,
  headersTimeoutMs = 60_000,
): Promise<Socket> {
  server = createServer({ connectionsCheckingInterval: 10 }, (_request, response) => {
    answer(response);
  });
  server.headersTimeout = headersTimeoutMs;
  answerUnreadable(server, meet);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  return socket.on('error', () => undefined);
}

async function hear(socket: Socket): Promise<string> {
  let heard = '';
  socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
  await once(socket, 'close');
  return heard;
}

test('what is no request gets an id, is logged and hung up on', async () => {
  const socket = await open(() => undefined);
  socket.write('nonsense\r\n\r\n');
  expect((await hear(socket)).split('\r\n')).toEqual([
    'HTTP/1.1 400 Bad Request',
    expect.stringMatching(/^Date: \w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT$/),
    'X-Request-Id: an-id',
    'X-Content-Type-Options: nosniff',
    'Cache-Control: no-store',
    'Strict-Transport-Security: max-age=31536000',
    'Content-Type: application/problem+json',
    'Content-Length: 111',
    'Connection: close',
    '',
    '{"type":"about:blank","title":"Bad Request","status":400,"detail":"what was sent is not a request of HTTP/1.1"}',
  ]);
  const facts = { request_id: 'an-id', status: 400, address: '127.0.0.1' };
  expect(logged).toEqual([['unreadable request', facts]]);
});

test('what does not come whole in time is told so', async () => {
  const socket = await open(() => undefined, 20);
  socket.write('GET / HTTP/1.1\r\n');
  expect(await hear(socket)).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
});

test('an answer that is on its way is not broken into', async () => {
  const socket = await open((response) => {
    response.write('the first half');
    socket.write('nonsense\r\n\r\n');
  });
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  const heard = await hear(socket);
  expect(heard).toMatch(/the first half/);
  expect(heard.match(/HTTP\/1\.1/g)).toHaveLength(1);
});

test('an answer that others wait behind is not broken into either', async () => {
  let asked = 0;
  const socket = await open((response) => {
    asked += 1;
    if (asked === 1) response.write('the first half');
    else socket.write('nonsense\r\n\r\n');
  });
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  socket.once('data', () => socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
  expect((await hear(socket)).match(/HTTP\/1\.1/g)).toHaveLength(1);
});

test('nothing is said that could be taken for the answer to a request that is being decided', async () => {
  const socket = await open(() => socket.write('nonsense\r\n\r\n'));
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  expect(await hear(socket)).toBe('');
});

test('a request that was answered before it was whole gets no second answer', async () => {
  const socket = await open((response) => {
    response.end('all of it', () => socket.write('zz\r\n'));
  });
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
  expect((await hear(socket)).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200']);
});

test('whoever still sends is answered before the connection is closed', async () => {
  const socket = await open(() => undefined);
  socket.write(`GET / HTTP/1.1\r\nX: ${'y'.repeat(5_000_000)}\r\n\r\n`);
  expect(await hear(socket)).toMatch(/^HTTP\/1\.1 431 /);
});

test('what comes after an answer that is out is answered', async () => {
  const socket = await open((response) => {
    response.end('all of it', () => socket.write('nonsense\r\n\r\n'));
  });
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  expect((await hear(socket)).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400']);
});

test('an answer that is out is let go of, though its connection stays', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const answers: WeakRef<ServerResponse>[] = [];
  const socket = await open((response) => {
    answers.push(new WeakRef(response.end('all of it')));
  });
  for (const _ of [1, 2]) {
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'data');
  }
  await until(() => {
    collectGarbage();
    return answers.every((answer) => answer.deref() === undefined);
  }, 5_000);
});
