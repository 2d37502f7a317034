import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { generateSecret } from '../../src/vault/secret.ts';
import type { ServedApi } from '../support/admin-api.ts';
import { serveAdminApi } from '../support/admin-api.ts';
import { createHouse } from '../support/house.ts';
import type { House } from '../support/house.ts';
import { SHOP } from '../support/shop-catalog.ts';

let house: House;
let api: ServedApi;

beforeEach(async () => {
  house = await createHouse();
  api = await serveAdminApi(house);
});
afterEach(async () => {
  await api.close();
  await house.close();
  expect(api.violations).toEqual([]);
});

const SECRET = generateSecret();
/** Short enough for every place. */
const TOKEN = 'eyJhbGciOiJFUzI1NiJ9.eyJhIjoxfQ.c2lnbmF0dXJl';

/** Where a slip of the hand may put a secret: the request, and the place that the answer names. */
const PLACES: readonly (readonly [
  method: string,
  path: string,
  body: (pasted: string) => object | undefined,
  place: string,
])[] = [
  ['POST', '/catalog/versions', (x) => ({ source: SHOP, comment: `new: ${x}` }), '/comment'],
  ['POST', '/catalog/versions', (x) => ({ source: `# ${x}\n${SHOP}`, comment: 'c' }), '/source'],
  ['POST', '/catalog/versions/0/activate', (x) => ({ comment: x }), '/comment'],
  ['POST', '/clients', (x) => ({ client_id: 'new', secret: { label: x } }), '/secret/label'],
  [
    'POST',
    '/clients',
    (x) => ({
      client_id: 'new',
      auth: 'private_key_jwt',
      jwks: { keys: [{ kty: 'EC', kid: x }] },
    }),
    '/jwks/keys/0/kid',
  ],
  [
    'PATCH',
    '/clients/plain',
    (x) => ({ auth: 'tls_client_auth', tls_subject_dn: `CN=${x}` }),
    '/tls_subject_dn',
  ],
  ['POST', '/clients/plain/secrets', (x) => ({ label: x }), '/label'],
  ['POST', '/revocations', (x) => ({ jti: 'a', reason: `${x} was in a log` }), '/reason'],
];

describe.each([
  ['a secret', SECRET],
  ['a token', TOKEN],
])('%s in the wrong place', (_what, pasted) => {
  test.each(PLACES)('of %s %s is refused, not kept and not repeated', async (...row) => {
    const [method, path, body, place] = row;
    const before = await house.state();
    const answer = await api.call('root', method, path, body(pasted));
    expect(answer).toMatchObject({
      status: 400,
      body: {
        code: 'request.malformed',
        errors: [{ path: place, message: 'holds a secret or a token' }],
      },
    });
    expect(answer.text).not.toContain(pasted);
    expect(await house.state()).toEqual(before);
  });

  test.each([
    (x: string) => `/clients/${x}`,
    (x: string) => `/roles/${x}`,
    (x: string) => `/clients/plain/secrets?${x}=1`,
    (x: string) => `/clients?${x}=1&${x}=1`,
    (x: string) => `/access/explain?client=plain&scope=${x}`,
    (x: string) => `/access/explain-delegation?client=plain&scope=a:b&holding=a:b%20${x}`,
    (x: string) => `/access/who-can?scope=${x}`,
    (x: string) => `/keys?cursor=${x}`,
  ])('%# of a target is not repeated', async (target) => {
    const { status, text, headers } = await api.call('root', 'GET', target(pasted));
    expect([400, 404]).toContain(status);
    expect(text + JSON.stringify([...headers])).not.toContain(pasted);
  });

  test('as the name of a member is not repeated', async () => {
    const { status, text } = await api.call('root', 'POST', '/clients', { [pasted]: 1 });
    expect(status).toBe(400);
    expect(text).not.toContain(pasted.slice(0, 64));
  });
});

test('a token is taken where one is asked for', async () => {
  for (const path of ['/tokens/introspect', '/tokens/explain']) {
    expect((await api.call('root', 'POST', path, { token: TOKEN })).status).toBe(200);
  }
});

test('what only begins like a secret is taken', async () => {
  const comment = 'watch ambit_introspection_cache_lookups_duration_seconds_bucket, eyJ.a.b';
  const body = { source: SHOP.replace('catalog: shop', 'catalog: store'), comment };
  expect((await api.call('root', 'POST', '/catalog/versions', body)).status).toBe(201);
});
