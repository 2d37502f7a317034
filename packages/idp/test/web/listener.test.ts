import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import Koa from 'koa';
import { bind } from '../../src/web/listener.ts';

describe('a listener that has no application yet', () => {
  test('answers everybody that the server is starting, as any other 503 is answered', async () => {
    const bound = await bind({ host: '127.0.0.1', port: 0 });
    if (!bound.ok) throw new Error(bound.error.code);
    const { port } = bound.value;
    for (const [method, path] of [
      ['POST', '/oauth2/token'],
      ['GET', '/health/ready'],
    ] as const) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
      expect([response.status, await response.json()]).toEqual([
        503,
        { error: 'temporarily_unavailable', error_description: 'the server is starting' },
      ]);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-type': 'application/json',
        'cache-control': 'no-store',
        'retry-after': '1',
      });
    }
    const app = { callback: () => new Koa().callback(), meetUnreadable: () => ({}) };
    await bound.value.serve(app).close(0);
  });
});

describe('a listener that closes', () => {
  test('hangs up on whoever was asking already as soon as the answer is out', async () => {
    const asked = Promise.withResolvers<Socket>();
    const answer = Promise.withResolvers<undefined>();
    const app = new Koa();
    app.use(async (ctx) => {
      asked.resolve(ctx.req.socket);
      await answer.promise;
      ctx.body = 'answered';
    });
    const bound = await bind({ host: '127.0.0.1', port: 0 });
    if (!bound.ok) throw new Error(bound.error.code);
    const callback = () => app.callback();
    const listener = bound.value.serve({ callback, meetUnreadable: () => ({}) });
    const client = connect(listener.port, '127.0.0.1');
    let heard = '';
    client.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const served = await asked.promise;

    const closed = listener.close(60_000);
    answer.resolve(undefined);
    await once(client, 'close');
    await closed;
    expect(heard).toMatch(/^HTTP\/1\.1 200 .*answered$/s);
    expect(heard).toContain('Connection: keep-alive');
    expect(served.timeout).toBe(1); // the milliseconds for which the next request was waited for
  });
});
