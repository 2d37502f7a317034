import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Credential } from './support/oauth.ts';
import type { TestServer } from './support/server.ts';
import { freshPost, startWorkers, tokenOver } from './support/workers.ts';

/** As many as make it sure that all workers are met. */
const MANY = 12;

describe('a server of two workers', () => {
  let server: TestServer;
  let demo: Credential;

  beforeAll(async () => {
    server = await startWorkers({ args: ['--demo'] });
    demo = JSON.parse(readFileSync(join(server.home, 'demo.json'), 'utf8')) as Credential;
  });
  afterAll(() => server.remove());

  test('knows a revocation at the very next introspection, whichever worker it comes to', async () => {
    const url = `${server.url}/oauth2/introspect`;
    for (let n = 0; n < 2 * MANY; n += 1) {
      const { body } = await tokenOver(server, demo, 'orders:read');
      const token = String(body['access_token']);
      expect((await freshPost(url, demo, { token })).body).toMatchObject({ active: true });
      await freshPost(`${server.url}/oauth2/revoke`, demo, { token });
      for (const turn of [1, 2, 3]) {
        const answer = await freshPost(url, demo, { token });
        expect([turn, answer.body]).toEqual([turn, { active: false }]);
      }
    }
  });

  test('makes a change known to all of them at once', async () => {
    const made = await server.json<Credential & Record<string, unknown>>([
      ...['client', 'create', 'newcomer', '--role', 'viewer', '--yes'],
    ]);
    for (let n = 0; n < MANY; n += 1) {
      expect((await tokenOver(server, made, 'orders:read')).status).toBe(200);
    }
    await server.ambit(['client', 'disable', 'newcomer', '--yes']);
    for (let n = 0; n < 5; n += 1) {
      expect((await tokenOver(server, made, 'orders:read')).status).toBe(401);
    }
  });
});
