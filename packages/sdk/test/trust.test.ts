import { describe, expect, test } from '@jest/globals';
import { createAdminClient, createConnection } from '../src/index.ts';
import type { Fetch } from '../src/index.ts';

const ISSUER = 'https://id.acme.example';

/** An admin client of an issuer that answers by path. */
function clientOf(answers: Readonly<Record<string, unknown>>, asked: string[] = []) {
  const fetch: Fetch = (url) => {
    const { href, pathname } = new URL(url);
    asked.push(href);
    return Promise.resolve(Response.json(answers[pathname] ?? {}));
  };
  const credentials = { clientId: 'ops', clientSecret: 'marker-secret-91' };
  return createAdminClient(
    createConnection({ url: new URL(ISSUER), credentials, fetch, now: () => 0 }),
  );
}

const metadata = (more: object) => ({ issuer: ISSUER, ...more });

describe('trust', () => {
  test('a secret is never sent in the clear for an issuer over TLS', async () => {
    const asked: string[] = [];
    const endpoint = 'http://id.acme.example/token';
    const answers = {
      '/.well-known/oauth-authorization-server': metadata({ token_endpoint: endpoint }),
    };
    await expect(clientOf(answers, asked).whoami()).rejects.toMatchObject({
      code: 'discovery.unusable',
    });
    expect(asked).not.toContain(endpoint);
  });

  test('an issuer without a token endpoint is unusable', async () => {
    const answers = { '/.well-known/oauth-authorization-server': metadata({}) };
    await expect(clientOf(answers).whoami()).rejects.toMatchObject({ code: 'discovery.unusable' });
  });

  test('a server that cannot answer for now is told as that, with the reason that its health gives', async () => {
    const api = (health: () => Promise<Response>) => {
      const fetch: Fetch = (url) =>
        new URL(url).pathname === '/health/ready'
          ? health()
          : Promise.resolve(Response.json({}, { status: 503, headers: { 'retry-after': '5' } }));
      const credentials = { clientId: 'ops', clientSecret: 'marker-secret-91' };
      return createAdminClient(
        createConnection({ url: new URL(ISSUER), credentials, fetch, now: () => 0 }),
      );
    };
    const unready = { status: 'unavailable', reason: 'the store does not answer' };
    await expect(
      api(() => Promise.resolve(Response.json(unready, { status: 503 }))).whoami(),
    ).rejects.toMatchObject({
      name: 'Unavailable',
      code: 'unavailable',
      status: 503,
      message: `the server at \`${ISSUER}\` cannot answer for now (503): the store does not answer`,
      retryAfterSeconds: 5,
    });
    for (const silent of [
      () => Promise.reject(new TypeError('fetch failed')),
      () => Promise.resolve(new Response('<html>', { status: 404 })),
      () => Promise.resolve(Response.json({ reason: 7 })),
    ]) {
      await expect(api(silent).whoami()).rejects.toMatchObject({
        message: `the server at \`${ISSUER}\` cannot answer for now (503)`,
      });
    }
  });

  test('an answer that is no token is not taken for one', async () => {
    const answers = {
      '/.well-known/oauth-authorization-server': metadata({ token_endpoint: `${ISSUER}/token` }),
      '/token': { access_token: 7 },
    };
    await expect(clientOf(answers).whoami()).rejects.toMatchObject({
      name: 'TokenRefused',
      code: 'http.200',
    });
  });
});
