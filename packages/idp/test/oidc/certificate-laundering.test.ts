import { generateKeyPairSync, hash, randomUUID, X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt, SignJWT } from 'jose';
import { newAuthority, selfSigned } from '../../../../test/support/certificates.ts';
import type { Authority, Identity } from '../../../../test/support/certificates.ts';
import { startOidc } from '../support/oidc-harness.ts';
import type { OidcHarness } from '../support/oidc-harness.ts';
import { postOverTls } from '../support/post-over-tls.ts';
import { CATALOG, CLIENTS, credentialOf, GRANT, jwkOf, TYPE } from './exchange-attacks/stage.ts';

let idp: OidcHarness;
let authority: Authority;
/** The certificate of the client that every token begins with, and that of the service it calls. */
let front: Identity;
let orders: Identity;
/** What a thief has: a certificate of its own from the same authority, and one that only looks like the first. */
let thief: Identity;
let lookalike: Identity;
const key = generateKeyPairSync('ec', { namedCurve: 'P-256' });

beforeAll(async () => {
  authority = await newAuthority();
  front = await authority.issue('CN=front, O=Acme');
  orders = await authority.issue('CN=orders, O=Acme');
  thief = await authority.issue('CN=thief, O=Acme');
  lookalike = await selfSigned('CN=front, O=Acme');
  const identity = await authority.issue('CN=localhost', [{ type: 'ip', value: '127.0.0.1' }]);
  idp = await startOidc(CATALOG, CLIENTS, {
    cert: Buffer.from(identity.cert),
    key: Buffer.from(identity.key),
    clientCa: Buffer.from(authority.cert),
  });
});
afterAll(() => idp.close());

/** What a token request is made with, beside the secret: whoever has stolen that too is stopped all the same. */
interface Proof {
  readonly certificate?: Identity;
  readonly dpop?: true;
  readonly headers?: Readonly<Record<string, string>>;
}

async function ask(
  client: string,
  parameters: Readonly<Record<string, string>>,
  { certificate, dpop, headers }: Proof = {},
) {
  const proof = dpop && { dpop: await provePossession() };
  return postOverTls(
    `${idp.url}/oauth2/token`,
    { ...credentialOf(client), ...parameters },
    { ca: authority.cert, identity: certificate, headers: { ...headers, ...proof } },
  );
}

const provePossession = (): Promise<string> =>
  new SignJWT({ htm: 'POST', htu: `${idp.url}/oauth2/token`, jti: randomUUID() })
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: jwkOf(key.publicKey) })
    .setIssuedAt()
    .sign(key.privateKey);

const exchange = (client: string, token: string, scope: string, proof?: Proof) =>
  ask(client, { grant_type: GRANT, subject_token: token, subject_token_type: TYPE, scope }, proof);

function tokenOf({ status, body }: Awaited<ReturnType<typeof ask>>): string {
  if (status !== 200) throw new Error(JSON.stringify(body));
  return String(body['access_token']);
}

const bindingOf = (token: string): unknown => decodeJwt(token)['cnf'];

const x5t = ({ cert }: Identity): string =>
  hash('sha256', new X509Certificate(cert).raw, 'base64url');

/**
 * What `front` was given while its resource server took certificate-bound tokens alone. From then on nothing but the
 * token itself asks for a certificate.
 */
async function bound(proof: Proof = { certificate: front }): Promise<string> {
  const constrained = 'accessToken: { senderConstrained: mtls }, resources: { orders:';
  idp.publish(CATALOG.replace('resources: { orders:', constrained));
  const parameters = { grant_type: 'client_credentials', scope: 'orders:write' };
  const token = tokenOf(await ask('front', parameters, proof));
  idp.publish(CATALOG);
  return token;
}

const dpopBound = async (): Promise<string> =>
  tokenOf(
    await ask('front', { grant_type: 'client_credentials', scope: 'orders:write' }, { dpop: true }),
  );

/** The token for payments that `orders` got for one that was bound, bound to the certificate of `orders`. */
const charged = async (): Promise<string> =>
  tokenOf(await exchange('orders', await bound(), 'payments:charge', { certificate: orders }));

describe('over mutual TLS', () => {
  test('[RFC 8705 §3] a certificate-bound subject token is exchanged for a token bound to the certificate, or to the DPoP key, that the actor proves', async () => {
    const token = await bound();
    expect(bindingOf(token)).toEqual({ 'x5t#S256': x5t(front) });
    const own = await exchange('front', token, 'orders:write', { certificate: front });
    expect(bindingOf(tokenOf(own))).toEqual({ 'x5t#S256': x5t(front) });
    expect(bindingOf(await charged())).toEqual({ 'x5t#S256': x5t(orders) });
    const byKey = await exchange('orders', token, 'payments:charge', { dpop: true });
    expect(bindingOf(tokenOf(byKey))).toEqual({ jkt: expect.any(String) });
    expect(byKey.body['token_type']).toBe('DPoP');
  });

  const UNPROVEN =
    'the subject token is bound to a key that this request does not prove possession of';
  const UNBOUND =
    'the subject token is bound to a key, so this request must prove possession of one too';

  test.each<[string, () => Promise<[string, string, string, Proof?]>, string]>([
    [
      'a certificate-bound token, for a bearer token, by the service it was sent to',
      async () => ['orders', await bound(), 'payments:charge'],
      UNBOUND,
    ],
    [
      'a certificate-bound token, for a bearer token, one exchange further down',
      async () => ['payments', await charged(), 'ledger:post'],
      UNBOUND,
    ],
    [
      'a certificate-bound token, for a bearer token, with the certificate in headers as a proxy would write it',
      async () => [
        'orders',
        await bound(),
        'payments:charge',
        { headers: certificateHeaders(orders) },
      ],
      UNBOUND,
    ],
    [
      'a certificate-bound token, by the client that it was issued to, without a certificate',
      async () => ['front', await bound(), 'orders:write'],
      UNPROVEN,
    ],
    [
      'a certificate-bound token, by the client that it was issued to, with another certificate of the same authority',
      async () => ['front', await bound(), 'orders:write', { certificate: thief }],
      UNPROVEN,
    ],
    [
      'a certificate-bound token, by the client that it was issued to, with a certificate that bears the same name',
      async () => ['front', await bound(), 'orders:write', { certificate: lookalike }],
      UNPROVEN,
    ],
    [
      'a certificate-bound token, by the client that it was issued to, with its certificate in headers as a proxy would write it',
      async () => [
        'front',
        await bound(),
        'orders:write',
        { certificate: thief, headers: certificateHeaders(front) },
      ],
      UNPROVEN,
    ],
    [
      'a certificate-bound token, by the client that it was issued to, with a DPoP key in place of the certificate',
      async () => ['front', await bound(), 'orders:write', { dpop: true }],
      UNPROVEN,
    ],
    [
      'a token bound to a DPoP key, with a certificate in place of the key',
      async () => ['front', await dpopBound(), 'orders:write', { certificate: front }],
      UNPROVEN,
    ],
    [
      'a token bound to a certificate and to a DPoP key, with the certificate alone',
      async () => [
        'front',
        await bound({ certificate: front, dpop: true }),
        'orders:write',
        { certificate: front },
      ],
      UNPROVEN,
    ],
    [
      'a token bound to a certificate and to a DPoP key, with the key alone',
      async () => [
        'front',
        await bound({ certificate: front, dpop: true }),
        'orders:write',
        { dpop: true },
      ],
      UNPROVEN,
    ],
  ])('[RFC 8693 §2.2.2] laundering %s: is refused', async (_what, make, description) => {
    const attack = await make();
    const [records, derivations] = [idp.records.length, idp.derivations.size];
    expect(await exchange(...attack)).toEqual({
      status: 400,
      body: { error: 'invalid_request', error_description: description },
    });
    expect(idp.records.slice(records)).toMatchObject([
      {
        event: 'token.refused',
        decision: 'refused',
        reason: 'invalid_request',
        detail: expect.stringContaining(description) as unknown,
        parentJti: decodeJwt(attack[1]).jti,
      },
    ]);
    expect(idp.derivations.size).toBe(derivations);
  });
});

/** The names under which proxies hand on a client's certificate (RFC 9440 §2.1, and older habits). */
const certificateHeaders = ({ cert }: Identity) => ({
  'client-cert': `:${new X509Certificate(cert).raw.toString('base64')}:`,
  'x-ssl-client-cert': encodeURIComponent(cert),
  'x-client-cert': new X509Certificate(cert).raw.toString('base64'),
  'ssl-client-cert': encodeURIComponent(cert),
});
