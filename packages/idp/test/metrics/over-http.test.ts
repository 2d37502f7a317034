import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { introspect, post, revoke, tokenOf } from '../../../../test/support/oauth.ts';
import type { Credential } from '../../../../test/support/oauth.ts';
import { activeVersion, createHarness } from '../support/metrics.ts';
import { clientNamed, startOidc } from '../support/oidc-harness.ts';
import type { OidcHarness } from '../support/oidc-harness.ts';
import { SHOP } from '../support/shop-catalog.ts';

const CLIENTS = [
  clientNamed('front', { assignments: [{ role: 'viewer' }] }),
  clientNamed('caller', {
    assignments: [{ role: 'caller' }],
    resourceServers: [{ name: 'shop-api', audience: 'https://api.shop.example' }],
  }),
  clientNamed('stranger', { assignments: [{ role: 'viewer' }] }),
];
const secretOf = (clientId: string): Credential => ({
  client_id: clientId,
  client_secret: `${clientId}-secret`,
});

let idp: OidcHarness;
beforeAll(async () => {
  idp = await startOidc(SHOP, CLIENTS);
});
afterAll(() => idp.close());

const TYPE = 'urn:ietf:params:oauth:token-type';
const exchange = (actor: string, subject: string, more: Readonly<Record<string, string>> = {}) =>
  post(`${idp.url}/oauth2/token`, secretOf(actor), {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: subject,
    subject_token_type: `${TYPE}:access_token`,
    ...more,
  });

/** The series that one request moves. */
async function movedBy(request: () => Promise<unknown>): Promise<Record<string, number>> {
  const metrics = createHarness();
  metrics.active = { ...activeVersion(1), version: idp.version };
  const from = idp.records.length;
  await request();
  for (const record of idp.records.slice(from)) metrics.observeDecision(record);
  const samples = [...(await metrics.read())].filter(
    ([name, value]) =>
      value !== 0 &&
      /^ambit_(?:tokens|delegations|workloads|introspections|expired|revoc)/.test(name),
  );
  return Object.fromEntries(samples);
}

const refusedExchange = (reason: string, error: string) => ({
  [`ambit_delegations_refused_total{reason="${reason}"}`]: 1,
  [`ambit_tokens_refused_total{resource_server="unknown",catalog_version="1",reason="${error}"}`]: 1,
});

test('an exchange that policy refuses is counted by the check that it failed', async () => {
  const token = await tokenOf(idp, secretOf('front'), 'orders:read');
  expect(await movedBy(() => exchange('stranger', token))).toEqual(
    refusedExchange('not_addressed', 'invalid_request'),
  );
  expect(
    await movedBy(() => exchange('caller', token, { resource: 'https://nowhere.example' })),
  ).toEqual(refusedExchange('target_unknown', 'invalid_target'));
});

test('an exchange that is granted is counted as such', async () => {
  const token = await tokenOf(idp, secretOf('front'), 'orders:read');
  expect(await movedBy(() => exchange('caller', token, { scope: 'invoices:read' }))).toEqual({
    'ambit_tokens_issued_total{resource_server="billing-api",catalog_version="1",grant="token_exchange"}': 1,
  });
});

test('tokens that have expired are counted wherever they are presented', async () => {
  const token = await tokenOf(idp, secretOf('front'), 'orders:read');
  idp.now += 3_600_000;
  expect(await movedBy(() => exchange('caller', token))).toEqual({
    ...refusedExchange('subject_token', 'invalid_request'),
    'ambit_expired_tokens_presented_total{endpoint="token"}': 1,
  });
  expect(await movedBy(() => introspect(idp, secretOf('front'), token))).toEqual({
    'ambit_introspections_total{result="expired"}': 1,
    'ambit_expired_tokens_presented_total{endpoint="introspection"}': 1,
  });
  idp.now -= 3_600_000;
});

test('an introspection that a revocation refuses is counted as revoked, after the revocation', async () => {
  const token = await tokenOf(idp, secretOf('front'), 'orders:read');
  await revoke(idp, secretOf('front'), token);
  expect(await movedBy(() => introspect(idp, secretOf('front'), token))).toEqual({
    'ambit_introspections_total{result="revoked"}': 1,
  });
});

test('a token from elsewhere that is not genuine is counted by its fault', async () => {
  expect(
    await movedBy(() =>
      post(`${idp.url}/oauth2/token`, undefined, {
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: 'e30.e30.e30',
      }),
    ),
  ).toMatchObject({ 'ambit_workloads_refused_total{reason="external.wrong_algorithm"}': 1 });
});
