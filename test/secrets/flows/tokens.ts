import { createHash } from 'node:crypto';
import { expect } from '@jest/globals';
import { ISSUER, newSigner } from '../cast.ts';
import type { Cast, Signer } from '../cast.ts';
import type { Stage } from '../stage.ts';

const GRANT = { grant_type: 'client_credentials', scope: 'orders:read' };
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const JWT = 'urn:ietf:params:oauth:token-type:jwt';

/** A DPoP proof, marked. */
export async function proofOf(
  stage: Stage,
  what: string,
  signer: Signer,
  claims: Readonly<Record<string, string>>,
): Promise<string> {
  const { kty, crv, x, y } = signer.publicJwk as Record<string, string>;
  const header = { typ: 'dpop+jwt', jwk: { kty, crv, x, y } };
  return stage.keepToken(what, await signer.sign(claims, header));
}

export async function proofOfPossession(stage: Stage, { worker }: Cast): Promise<void> {
  const signer = await newSigner();
  const htu = `${stage.server.url}/oauth2/token`;
  const dpop = await proofOf(stage, 'a proof', signer, { htm: 'POST', htu });
  await stage.token('a bound token', GRANT, worker, { dpop });
  const replayed = await stage.form('/oauth2/token', GRANT, worker, { dpop });
  const astray = await proofOf(stage, 'one for elsewhere', signer, {
    htm: 'GET',
    htu: 'https://x',
  });
  const misdirected = await stage.form('/oauth2/token', GRANT, worker, { dpop: astray });
  expect([replayed.status, misdirected.status]).toEqual([400, 400]);
}

export async function tokenExchange(stage: Stage, { worker, shop, stock }: Cast): Promise<void> {
  const subject = await stage.token('a subject token', GRANT, worker);
  const actor = await stage.token('an actor token', GRANT, shop);
  const parameters = {
    ...{ grant_type: EXCHANGE, subject_token: subject, subject_token_type: ACCESS_TOKEN },
    ...{ actor_token: actor, actor_token_type: ACCESS_TOKEN, scope: 'stock:read' },
  };
  const derived = await stage.token('an exchanged token', parameters, shop);
  const garbage = stage.keep('garbage', `e30.e30.${'g'.repeat(40)}`);
  for (const [changes, by] of [
    [{ scope: 'orders:write' }, shop],
    [{ subject_token: garbage }, shop],
    [{ actor_token: garbage }, shop],
    [{ actor_token: subject }, shop],
    [{ subject_token_type: JWT, subject_token: garbage }, shop],
    [{}, worker],
    [{ subject_token: derived }, worker],
    [{ audience: subject }, shop],
  ] as const) {
    const { status } = await stage.form('/oauth2/token', { ...parameters, ...changes }, by);
    expect([changes, status]).toEqual([changes, 400]);
  }
  expect((await stage.form('/oauth2/introspect', { token: derived }, stock)).status).toBe(200);
  await stage.form('/oauth2/revoke', { token: subject }, worker);
  const dead = await stage.form('/oauth2/token', parameters, shop);
  expect(dead.status).toBe(400);
}

export async function tokensFromElsewhere(stage: Stage, { issuer }: Cast): Promise<void> {
  const stranger = await newSigner();
  const claims = { iss: ISSUER, aud: stage.server.url, sub: 'job' };
  const sign = async (what: string, signer = issuer, changes = {}) =>
    stage.keepToken(what, await signer.sign({ ...claims, ...changes }, { typ: 'JWT' }));
  const bear = (assertion: string) => ({ grant_type: BEARER, assertion, scope: 'orders:read' });
  const exchange = (token: string) => ({
    ...{ grant_type: EXCHANGE, subject_token: token, subject_token_type: JWT },
    scope: 'orders:read',
  });
  for (const ask of [bear, exchange]) {
    await stage.token('a token for one', ask(await sign('an external token')));
    for (const token of [
      await sign('a forged one', stranger),
      await sign('one of another issuer', issuer, { iss: 'https://x.example' }),
      await sign('one for others', issuer, { aud: 'https://x.example' }),
      await sign('one that no rule is for', issuer, { sub: 'other' }),
      await sign('one that has expired', issuer, { exp: 1 }),
      stage.keep('one that is none', `x.${'n'.repeat(40)}.y`),
    ]) {
      expect((await stage.form('/oauth2/token', ask(token))).status).toBe(400);
    }
    const asked = { ...ask(await sign('one that asks for too much')), scope: 'stock:read' };
    expect((await stage.form('/oauth2/token', asked)).status).toBe(400);
  }
}

export async function introspection(stage: Stage, { worker, shop, stock }: Cast): Promise<void> {
  const token = await stage.token('a token', GRANT, worker);
  const jwt = { accept: 'application/token-introspection+jwt' };
  for (const by of [shop, stock, worker]) {
    for (const headers of [{}, by === stock ? jwt : {}]) {
      const { status } = await stage.form('/oauth2/introspect', { token }, by, headers);
      expect(status).toBe(200);
    }
  }
  for (const garbage of ['x', `e30.e30.${'i'.repeat(40)}`, `${token}x`]) {
    const { body } = await stage.form('/oauth2/introspect', { token: garbage }, shop);
    expect(body).toEqual({ active: false });
  }
  for (const path of ['/tokens/introspect', '/tokens/explain', '/tokens/trace']) {
    expect((await stage.admin(`POST ${path}`, { token })).status).toBe(200);
  }
}

export async function revocation(stage: Stage, { worker, shop }: Cast): Promise<void> {
  const own = await stage.token('a token', GRANT, worker);
  const other = await stage.token('another', GRANT, worker);
  await stage.form('/oauth2/revoke', { token: own }, shop); // in vain
  expect((await stage.form('/oauth2/revoke', { token: own }, worker)).status).toBe(200);
  expect((await stage.form('/oauth2/revoke', { token: `${own}x` }, worker)).status).toBe(200);
  expect((await stage.admin('POST /revocations', { token: other })).status).toBe(201);
  const garbage = stage.keep('garbage', `e30.e30.${'r'.repeat(40)}`);
  expect((await stage.admin('POST /revocations', { token: garbage })).status).toBe(422);
  for (const path of ['/tokens/explain', '/tokens/trace']) {
    expect((await stage.admin(`POST ${path}`, { token: other })).status).toBe(200);
  }
}

export async function adminTokens(stage: Stage, { worker }: Cast): Promise<void> {
  const { url, home } = stage.server;
  const signer = await newSigner();
  const { adminCredentials } = await import('../../support/server.ts');
  const root = adminCredentials(home);
  const scope = { grant_type: 'client_credentials', scope: 'ambit.key:read' };
  const dpop = await proofOf(stage, 'a proof', signer, { htm: 'POST', htu: `${url}/oauth2/token` });
  const bound = await stage.token('a bound admin token', scope, root, { dpop });
  const ath = createHash('sha256').update(bound).digest('base64url');
  const whoami = { htm: 'GET', htu: `${url}/admin/v1/whoami`, ath };
  const show = async (what: string, claims: Readonly<Record<string, string>>) => ({
    authorization: `DPoP ${bound}`,
    dpop: await proofOf(stage, what, signer, claims),
  });
  const good = await show('a proof for whoami', whoami);
  expect((await stage.admin('GET /whoami', undefined, good)).status).toBe(200);
  const weak = await stage.token('a weak admin token', scope, root);
  const foreign = await stage.token('a token of a service', GRANT, worker);
  for (const [what, headers, expected] of [
    ['GET /whoami', good, 401], // a replay
    ['GET /whoami', await show('a proof for another', { ...whoami, htm: 'PUT' }), 401],
    ['GET /whoami', { authorization: `Bearer ${bound}` }, 401],
    ['GET /whoami', { authorization: `Bearer ${foreign}` }, 401],
    ['GET /whoami', { authorization: `Basic ${weak}` }, 401],
    ['GET /whoami', { authorization: `Bearer ${weak}, Bearer ${weak}` }, 401],
    ['GET /whoami', { authorization: `Bearer ${weak}x` }, 401],
    ['GET /clients', { authorization: `Bearer ${weak}` }, 403],
    ['POST /keys/rotate', { authorization: `Bearer ${weak}` }, 403],
    [`DELETE /clients/${worker.client_secret}`, { authorization: `Bearer ${weak}` }, 403],
  ] as const) {
    expect([what, (await stage.admin(what, undefined, headers)).status]).toEqual([what, expected]);
  }
}
