import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { introspect, post, revoke, tokenOf } from './support/oauth.ts';
import type { Credential } from './support/oauth.ts';
import { startOtlpReceiver } from './support/otlp-receiver.ts';
import type { OtlpReceiver } from './support/otlp-receiver.ts';
import type { Finished } from './support/processes.ts';
import { adminCredentials, startServer } from './support/server.ts';
import type { TestServer } from './support/server.ts';

type Made = Credential & Record<string, unknown>;

const MARKER = 'hushhushhush';
const CATALOG = JSON.stringify({
  catalog: 'shop',
  resourceServers: {
    shop: {
      audience: 'https://shop.example',
      description: 'The shop',
      owner: 'commerce',
      resources: {
        orders: { description: 'Orders', actions: { read: { description: 'See orders' } } },
      },
    },
  },
  roles: { clerk: { description: 'Works here', scopes: ['orders:*'] } },
});

let server: TestServer;
let receiver: OtlpReceiver;
let metrics: string;
/** What must be nowhere, by what it is. */
const secrets = new Map<string, string>();
/** Everything that the server answered with an error, and what the CLI said of it. */
const refusals: string[] = [];
/** Everything that `ambit` printed. */
const printed: string[] = [];
/** Everything that was read back by those who may read: lists, histories, details. */
let readBack = '';

function keep(what: string, secret: string): string {
  secrets.set(what, secret);
  return secret;
}
/** A token's signature alone is as good as the token to whoever knows the rest. */
function keepToken(what: string, token: string): string {
  keep(`the signature of ${what}`, token.split('.').at(-1) ?? '');
  return keep(what, token);
}

async function ambit(words: readonly string[], env?: Record<string, string>): Promise<Finished> {
  const finished = await server.ambit(words, env === undefined ? {} : { env });
  printed.push(finished.stdout, finished.stderr);
  return finished;
}
async function refusedForm(
  path: string,
  credential: Credential | undefined,
  parameters: Readonly<Record<string, string>>,
): Promise<void> {
  const answer = await post(`${server.url}${path}`, credential, parameters);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
  refusals.push(JSON.stringify([answer.body, ...answer.headers]));
}
async function admin(
  method: string,
  path: string,
  token: string,
  body?: string | Record<string, unknown>,
): Promise<Response> {
  const response = await fetch(`${server.url}/admin/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  if (response.status >= 400) {
    expect(response.status).toBeLessThan(500);
    refusals.push((await response.clone().text()) + JSON.stringify([...response.headers]));
  }
  return response;
}

async function driveTokens(worker: Made, shop: Made): Promise<void> {
  const grant = { grant_type: 'client_credentials', scope: 'orders:read' };
  const token = keepToken('a token', await tokenOf(server, worker, 'orders:read'));
  const inBody = { client_id: worker.client_id, client_secret: worker.client_secret };
  expect(
    (await post(`${server.url}/oauth2/token`, undefined, { ...grant, ...inBody })).status,
  ).toBe(200);

  const wrong = { ...worker, client_secret: keep('a wrong secret', `ambit_${MARKER}-wrong-basic`) };
  await refusedForm('/oauth2/token', wrong, grant);
  await refusedForm('/oauth2/token', undefined, {
    ...grant,
    client_id: 'worker',
    client_secret: keep('a wrong secret in the body', `ambit_${MARKER}-wrong-post`),
  });
  // Secrets and tokens in the wrong place, as people paste them.
  for (const pasted of [worker.client_secret, token]) {
    await refusedForm('/oauth2/token', { client_id: pasted, client_secret: 'x' }, grant);
    await refusedForm('/oauth2/token', undefined, { ...grant, client_id: pasted });
    await refusedForm('/oauth2/token', worker, { ...grant, scope: pasted });
    await refusedForm('/oauth2/token', worker, { ...grant, scope: `orders:read ${pasted}` });
    await refusedForm('/oauth2/token', worker, { ...grant, resource: pasted });
    await refusedForm('/oauth2/token', worker, { ...grant, resource: `https://x/${pasted}` });
    await refusedForm('/oauth2/token', worker, { grant_type: pasted });
    await refusedForm(`/oauth2/${pasted}`, worker, grant);
  }
  await refusedForm('/oauth2/token', worker, {
    ...grant,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: keep('a stray assertion', `e30.e30.${MARKER}-stray`),
  });
  await refusedForm('/oauth2/introspect', wrong, { token });
  await refusedForm('/oauth2/revoke', wrong, { token });

  expect((await introspect(server, shop, token)).body['active']).toBe(true);
  const garbage = keep('a token that is none', `e30.e30.${MARKER}-garbage`);
  expect((await introspect(server, shop, garbage)).body).toEqual({ active: false });
  await revoke(server, worker, garbage);
  expect((await revoke(server, worker, token)).status).toBe(200);
}

async function driveAssertionsAndProofs(): Promise<void> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const file = join(server.home, 'keys.json');
  const jwk = await exportJWK(publicKey);
  writeFileSync(file, JSON.stringify({ keys: [{ ...jwk, alg: 'ES256', use: 'sig' }] }));
  const made = await ambit([
    ...['client', 'create', 'prover', '--auth', 'private_key_jwt', '--jwks', file],
    ...['--role', 'clerk', '--yes'],
  ]);
  expect(made.code).toBe(0);
  const assert = (jti: string, audience: string): Promise<string> =>
    new SignJWT({ jti })
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer('prover')
      .setSubject('prover')
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(privateKey);
  const proof = await new SignJWT({
    htm: 'POST',
    htu: `${server.url}/oauth2/token`,
    jti: `${MARKER}-proof`,
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
    .setIssuedAt()
    .sign(privateKey);
  keepToken('a proof', proof);
  const ask = async (assertion: string, dpop?: string): Promise<Response> => {
    const response = await fetch(`${server.url}/oauth2/token`, {
      method: 'POST',
      headers: dpop === undefined ? {} : { dpop },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope: 'orders:read',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      }),
    });
    if (!response.ok) refusals.push(await response.clone().text());
    return response;
  };
  const assertion = keepToken('an assertion', await assert(`${MARKER}-assertion`, server.url));
  const granted = await ask(assertion, proof);
  expect(granted.status).toBe(200);
  keepToken('a bound token', ((await granted.json()) as { access_token: string }).access_token);
  expect((await ask(assertion)).ok).toBe(false); // a replay
  const elsewhere = keepToken(
    'an assertion for others',
    await assert('x', 'https://other.example'),
  );
  expect((await ask(elsewhere)).ok).toBe(false);
  expect((await ask(await assert('y', server.url), proof)).ok).toBe(false); // a replayed proof
}

async function driveAdminApi(worker: Made): Promise<void> {
  const token = keepToken(
    'an admin token',
    await tokenOf(
      server,
      adminCredentials(server.home),
      'ambit.client:read ambit.client:write ambit.catalog:read ambit.catalog:publish ambit.role:assign ambit.key:read ambit.key:rotate ambit.token:read ambit.token:revoke ambit.role:read ambit.audit:read',
    ),
  );
  const marked = keep('a secret in a body', `${MARKER}-in-a-body`);
  for (const path of [
    '/clients',
    '/clients/worker/secrets',
    '/catalog/versions',
    '/catalog/plan',
    '/catalog/lint',
    '/tokens/introspect',
    '/tokens/explain',
    '/revocations',
    '/keys/rotate',
  ]) {
    for (const body of [
      `{"client_secret":"${marked}"`,
      { client_secret: marked },
      { token: { nested: marked } },
      `"${marked}"`,
    ]) {
      await admin('POST', path, token, body);
    }
  }
  await admin('PATCH', '/clients/worker', token, { client_secret: marked, auth: marked });
  await admin('PUT', '/clients/worker/roles/clerk', token, { until: marked });
  await admin('GET', `/clients?client_secret=${marked}`, token);
  const lowly = await tokenOf(server, adminCredentials(server.home), 'ambit.key:read');
  await admin('DELETE', `/clients/${worker.client_secret}`, lowly);
  await admin('GET', '/whoami', keep('a bad bearer token', `e30.e30.${MARKER}-bearer`));
  const whole = await tokenOf(server, worker, 'orders:read');
  keepToken('an explained token', whole);
  expect((await admin('POST', '/tokens/introspect', token, { token: whole })).status).toBe(200);
  expect((await admin('POST', '/tokens/explain', token, { token: whole })).status).toBe(200);
  expect((await admin('POST', '/revocations', token, { token: whole })).status).toBe(201);
}

async function driveCommands(worker: Made): Promise<void> {
  const added = await ambit(['client', 'secret', 'add', 'worker', '--output', 'json', '--yes']);
  const { client_secret: second } = JSON.parse(added.stdout) as Made;
  keep('a second secret', second);
  const token = keepToken('a token for the CLI', await tokenOf(server, worker, 'orders:read'));
  await ambit(['token', 'introspect', token]);
  await ambit(['token', 'explain', token]);
  await ambit(['token', 'revoke', token, '--yes']);
  const wrong = keep('a wrong secret of the CLI', `ambit_${MARKER}-cli`);
  const refused = await ambit(['whoami'], {
    AMBIT_URL: server.url,
    AMBIT_CLIENT_ID: 'admin',
    AMBIT_CLIENT_SECRET: wrong,
  });
  expect(refused.code).toBe(3);
  for (const words of [
    ['whoami'],
    ['doctor'],
    ['client', 'list'],
    ['client', 'show', 'worker'],
    ['client', 'secret', 'list', 'worker'],
    ['audit', 'list'],
    ['catalog', 'show'],
    ['key', 'list'],
    ['access', 'explain', 'worker', 'orders:read'],
  ]) {
    for (const output of ['table', 'json', 'yaml']) {
      readBack += (await ambit([...words, '--output', output])).stdout;
    }
  }
}

beforeAll(async () => {
  receiver = await startOtlpReceiver();
  server = await startServer({
    env: { AMBIT_LOG_LEVEL: 'debug', OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url },
  });
  const file = join(server.home, 'catalog.json');
  writeFileSync(file, CATALOG);
  await ambit(['catalog', 'publish', file, '--comment', 'first', '--yes']);
  const create = async (...words: string[]): Promise<Made> => {
    const made = await ambit(['client', 'create', ...words, '--yes', '--output', 'json']);
    return JSON.parse(made.stdout) as Made;
  };
  const worker = await create('worker', '--role', 'clerk');
  const shop = await create('shop', '--resource-server', 'shop');
  keep('the secret of worker', worker.client_secret);
  keep('the secret of shop', shop.client_secret);
  keep('the secret of admin', adminCredentials(server.home).client_secret);
  await driveTokens(worker, shop);
  await driveAssertionsAndProofs();
  await driveAdminApi(worker);
  await driveCommands(worker);
  const reader = await tokenOf(server, adminCredentials(server.home), 'ambit.metrics:read');
  const headers = { authorization: `Bearer ${keepToken('a token for metrics', reader)}` };
  metrics = await (await fetch(`${server.url}/metrics`, { headers })).text();
}, 180_000); // some fifty commands, each a process of its own
afterAll(async () => {
  await server.remove();
  await receiver.close();
});

/** The secrets that a text holds, as they are, in base64 or in a URL. */
function found(text: string): string[] {
  return [...secrets].flatMap(([what, secret]) => {
    const forms = [
      secret,
      Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(0, -2),
      encodeURIComponent(secret),
    ];
    return forms.some((form) => text.includes(form)) ? [what] : [];
  });
}

describe('after every flow, secrets, tokens, assertions and proofs are', () => {
  test('many, and looked for in earnest', () => {
    expect(secrets.size).toBeGreaterThan(20);
    expect(refusals.length).toBeGreaterThan(30);
    for (const [what, secret] of secrets) expect(found(`a ${secret} b`)).toContain(what);
  });

  test('nowhere in the database', async () => {
    const files = readdirSync(server.home).filter((name) => name.startsWith('ambit.db'));
    expect(files).toContain('ambit.db-wal');
    for (const name of files) {
      expect([name, found(readFileSync(join(server.home, name), 'latin1'))]).toEqual([name, []]);
    }
    await server.stop(); // the log is folded into the database
    expect(found(readFileSync(join(server.home, 'ambit.db'), 'latin1'))).toEqual([]);
  });

  test('nowhere in the log, which told of every request', () => {
    const { stdout, stderr } = server.output();
    expect(stdout.match(/"msg":"request"/g)?.length).toBeGreaterThan(60);
    expect(found(stdout + stderr)).toEqual([]);
  });

  test('nowhere in the metrics', () => {
    expect(metrics).toContain('ambit_tokens_refused_total');
    expect(found(metrics)).toEqual([]);
  });

  test('nowhere in the traces', () => {
    expect(receiver.spans.length).toBeGreaterThan(60); // the server has ended, and sent the last of them
    expect(found(receiver.raw.join('\n'))).toEqual([]);
  });

  test('nowhere in the audit trail or anything else that is read back', () => {
    expect(readBack).toContain('token.issued');
    expect(readBack).toContain('token.refused');
    expect(found(readBack)).toEqual([]);
  });

  test('nowhere in an error answer', () => {
    expect(found(refusals.join('\n'))).toEqual([]);
  });

  test('printed once, where a secret is made, and never again', () => {
    const all = printed.join('\n');
    for (const what of ['the secret of worker', 'the secret of shop', 'a second secret']) {
      expect(all.split(secrets.get(what) ?? '')).toHaveLength(2);
    }
    expect(all).not.toContain(adminCredentials(server.home).client_secret);
    expect(found(all).sort()).toEqual([
      'a second secret',
      'the secret of shop',
      'the secret of worker',
    ]);
  });
});
