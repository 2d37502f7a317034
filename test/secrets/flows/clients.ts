import { expect } from '@jest/globals';
import type { Cast } from '../cast.ts';
import { newSigner } from '../cast.ts';
import type { Stage } from '../stage.ts';

const GRANT = { grant_type: 'client_credentials', scope: 'orders:read' };
const ENDPOINTS = ['/oauth2/token', '/oauth2/introspect', '/oauth2/revoke'];
const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** The same form at each endpoint that authenticates clients, refused by each. */
async function refusedEverywhere(
  stage: Stage,
  parameters: Readonly<Record<string, string>>,
  by?: Parameters<Stage['form']>[2],
): Promise<void> {
  for (const path of ENDPOINTS) {
    const { status } = await stage.form(path, { ...GRANT, token: 'x', ...parameters }, by);
    // 429 where it has failed often already.
    expect([path, [401, 429].includes(status)]).toEqual([path, true]);
  }
}

export async function secretInHeader(stage: Stage, { worker }: Cast): Promise<void> {
  await stage.token('a token', GRANT, worker);
  const wrong = stage.keep('a wrong secret', 'ambit_Wrong-basic-0123456789-0123456789-0123456789');
  await refusedEverywhere(stage, {}, { ...worker, client_secret: wrong });
  await refusedEverywhere(stage, {}, { client_id: 'nobody', client_secret: wrong });
}

export async function secretInBody(stage: Stage, { worker }: Cast): Promise<void> {
  await stage.token('a token', { ...GRANT, ...worker });
  const wrong = stage.keep('a wrong secret', 'ambit_Wrong-post-0123456789-0123456789-0123456789');
  await refusedEverywhere(stage, { ...worker, client_secret: wrong });
  const both = await stage.form('/oauth2/token', { ...GRANT, ...worker }, worker);
  expect(both.status).toBe(400);
}

export async function privateKey(stage: Stage, { prover }: Cast): Promise<void> {
  const stranger = await newSigner();
  const { url } = stage.server;
  const claims = { iss: 'prover', sub: 'prover', aud: url };
  const present = async (what: string, signed: Promise<string>) => ({
    client_assertion_type: ASSERTION,
    client_assertion: stage.keepToken(what, await signed),
  });
  const good = await present('an assertion', prover.sign(claims));
  await stage.token('a token', { ...GRANT, ...good });
  await refusedEverywhere(stage, good); // a replay
  const elsewhere = { ...claims, aud: 'https://other.example' };
  await refusedEverywhere(stage, await present('one for others', prover.sign(elsewhere)));
  await refusedEverywhere(stage, await present('one by a stranger', stranger.sign(claims)));
  const nobody = { ...claims, iss: 'nobody', sub: 'nobody' };
  await refusedEverywhere(stage, await present('one of nobody', prover.sign(nobody)));
}

export async function lifeOfASecret(stage: Stage, { worker }: Cast): Promise<void> {
  const added = await stage.admin('POST /clients/worker/secrets', { label: 'second' });
  expect(added.status).toBe(201);
  const secret = stage.keep('a second secret', String(added.body['client_secret']));
  await stage.token('a token by it', GRANT, { ...worker, client_secret: secret });
  await stage.admin(`DELETE /clients/worker/secrets/${String(added.body['id'])}`);
  await refusedEverywhere(stage, {}, { ...worker, client_secret: secret });
  const temp = await stage.register('temp', { roles: ['clerk'] });
  await stage.admin('POST /clients/temp/disable');
  await refusedEverywhere(stage, {}, temp);
  await stage.admin('DELETE /clients/temp');
  await refusedEverywhere(stage, {}, temp);
}

export async function keysThatAreUploaded(stage: Stage, { issuer }: Cast): Promise<void> {
  const { privateJwk } = await newSigner();
  const d = stage.keep('a private key', String(privateJwk.d));
  const symmetric = stage.keep('a symmetric key', 'c3ltbWV0cmljLWtleS1vZi10aGlydHktdHdvLWJ5dGVz');
  for (const keys of [[privateJwk], [{ kty: 'oct', k: symmetric }], [{ kty: 'RSA', d }]]) {
    const settings = { auth: 'private_key_jwt', jwks: { keys } };
    const made = await stage.admin('POST /clients', { client_id: 'uploader', ...settings });
    expect(made.status).toBe(422);
    expect((await stage.admin('PATCH /clients/prover', settings)).status).toBe(422);
    const federation = {
      evil: { issuer: 'https://x.example', audience: 'x', jwks: { keys }, rules: [] },
    };
    const source = JSON.stringify({ catalog: 'x', resourceServers: {}, federation });
    for (const path of ['lint', 'plan', 'versions']) {
      const body = { source, ...(path === 'versions' ? { comment: 'with a key' } : {}) };
      expect((await stage.admin(`POST /catalog/${path}`, body)).status).toBe(
        path === 'lint' ? 200 : 422,
      );
    }
  }
  expect(issuer.publicJwk).not.toHaveProperty('d');
}
