import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { requestToken } from '../../../../test/support/oauth.ts';
import { ACTOR_SWAP } from './exchange-attacks/actors.ts';
import { LAUNDERING, WIDENING_BY_CHAIN } from './exchange-attacks/chains.ts';
import { KEY_CONFUSION } from './exchange-attacks/keys.ts';
import { MALFORMED } from './exchange-attacks/shapes.ts';
import {
  credentialOf,
  idp,
  GRANT,
  TYPE,
  send,
  root,
  charged,
  other,
  forged,
  proof,
  bare,
  deep,
  posting,
  boundRoot,
  resetStage,
  setStage,
} from './exchange-attacks/stage.ts';
import type { Exchange } from './exchange-attacks/stage.ts';
import { WRONG_SUBJECT } from './exchange-attacks/subjects.ts';
import { WIDENING_BY_AUDIENCE, WIDENING_BY_SCOPE } from './exchange-attacks/widening.ts';

beforeAll(setStage);
beforeEach(resetStage);
afterAll(() => idp.close());

async function expectRefused(make: () => Promise<Exchange>, error: string, status = 400) {
  const exchange = await make();
  const [records, lines] = [idp.records.length, idp.log.length];
  const answer = await send(exchange);
  expect([answer.status, answer.body['error']]).toEqual([status, error]);
  expect(answer.body).not.toHaveProperty('access_token');

  const written = idp.records.slice(records);
  expect(written).toMatchObject([{ event: 'token.refused', decision: 'refused', reason: error }]);
  const told = JSON.stringify([written, idp.log.slice(lines), answer.body]);
  for (const part of exchange.token.split('.').filter(({ length }) => length > 40)) {
    expect(told).not.toContain(part);
  }
}

describe('an exchange', () => {
  test('that is as it should be is granted, so that whatever is refused below is refused for its fault', async () => {
    expect((await send(bare(await root()))).status).toBe(200);
    expect((await send(bare(await forged()))).status).toBe(200);
    expect((await send(bare(await forged({ may_act: { sub: 'orders' } })))).status).toBe(200);
    expect((await send(posting(await charged()))).status).toBe(200);
    expect(
      (await send({ token: await root('orders:read'), with: { scope: 'payments:refund' } })).status,
    ).toBe(200);
    expect(
      (
        await send({
          as: 'stranger',
          token: await deep('stranger', 4),
          with: { scope: 'orders:write' },
        })
      ).status,
    ).toBe(200);
    const { body } = await send({ token: await boundRoot(), dpop: await proof(other) });
    expect(body['token_type']).toBe('DPoP');
  });
});

describe.each([
  ['widening by scope', WIDENING_BY_SCOPE],
  ['widening by audience', WIDENING_BY_AUDIENCE],
  ['widening by chain', WIDENING_BY_CHAIN],
  ['swapping the actor', ACTOR_SWAP],
  ['a subject token that is not what it should be: one that', WRONG_SUBJECT],
  ['confusing keys', KEY_CONFUSION],
  ['laundering', LAUNDERING],
  ['a malformed subject token', MALFORMED],
])('[RFC 8693 §2.2.2] %s', (_kind, attacks) => {
  test.each(attacks)('%s: is refused', async (...[, make, error, status]) => {
    await expectRefused(make, error, status);
  });
});

describe('the grant', () => {
  test('is refused to whoever does not authenticate', async () => {
    const parameters = { grant_type: GRANT, subject_token: await root(), subject_token_type: TYPE };
    const response = await fetch(`${idp.url}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({ ...parameters, client_id: 'orders', scope: 'payments:charge' }),
    });
    expect([response.status, await response.json()]).toMatchObject([
      401,
      { error: 'invalid_client' },
    ]);
  });

  test('gives nobody a token for the admin API that client credentials would not give', async () => {
    const answer = await requestToken(idp, credentialOf('orders'), { scope: 'ambit.token:read' });
    expect([answer.status, answer.body['error']]).toEqual([400, 'invalid_scope']);
  });
});
