import { hash, X509Certificate } from 'node:crypto';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { newAuthority, selfSigned } from '../../../../test/support/certificates.ts';
import type { Authority, Identity } from '../../../../test/support/certificates.ts';
import { SHOP } from '../support/catalogs.ts';
import { clientNamed, startOidc } from '../support/oidc-harness.ts';
import type { OidcHarness } from '../support/oidc-harness.ts';
import { postOverTls } from '../support/post-over-tls.ts';

let server: OidcHarness;
let authority: Authority;
let byName: Identity;
let byDns: Identity;
let byUri: Identity;
let pinned: Identity;

beforeAll(async () => {
  authority = await newAuthority();
  byName = await authority.issue('CN=orders, O=Acme, C=DE');
  byDns = await authority.issue('CN=any', [{ type: 'dns', value: 'orders.acme.example' }]);
  byUri = await authority.issue('CN=any', [{ type: 'url', value: 'spiffe://acme.example/orders' }]);
  pinned = await selfSigned('CN=self');
  const identity = await authority.issue('CN=localhost', [{ type: 'ip', value: '127.0.0.1' }]);
  const roles = { secrets: [], assignments: [{ role: 'viewer' }] };
  const jwk = {
    ...new X509Certificate(pinned.cert).publicKey.export({ format: 'jwk' }),
    x5c: [new X509Certificate(pinned.cert).raw.toString('base64')],
  };
  server = await startOidc(
    SHOP.replace('senderConstrained: dpop', 'senderConstrained: mtls'),
    [
      clientNamed('by-name', {
        ...roles,
        auth: 'tls_client_auth',
        tlsSubjectDn: 'CN=orders,O=Acme,C=DE',
      }),
      clientNamed('by-dns', {
        ...roles,
        auth: 'tls_client_auth',
        tlsSanDns: 'orders.acme.example',
      }),
      clientNamed('by-uri', {
        ...roles,
        auth: 'tls_client_auth',
        tlsSanUri: 'spiffe://acme.example/orders',
      }),
      clientNamed('pinned', {
        ...roles,
        auth: 'self_signed_tls_client_auth',
        jwks: { keys: [jwk] },
      }),
      clientNamed('cashier', { assignments: [{ role: 'cashier' }] }),
    ],
    {
      cert: Buffer.from(identity.cert),
      key: Buffer.from(identity.key),
      clientCa: Buffer.from(authority.cert),
    },
  );
});
afterAll(() => server.close());

const ask = (parameters: Record<string, string>, identity?: Identity, url = server.url) =>
  postOverTls(
    `${url}/oauth2/token`,
    { grant_type: 'client_credentials', ...parameters },
    { ca: authority.cert, identity },
  );
const thumbprint = (identity: Identity) =>
  hash('sha256', new X509Certificate(identity.cert).raw, 'base64url');
const as = (client_id: string) => ({ client_id, scope: 'orders:read' });

describe('client certificates', () => {
  test.each([
    ['its subject', 'by-name', () => byName],
    ['a DNS name', 'by-dns', () => byDns],
    ['a URI', 'by-uri', () => byUri],
    ['a registered certificate of its own', 'pinned', () => pinned],
  ] as const)(
    '[RFC 8705 §2] a client is known by %s, and its token is bound to the certificate',
    async (_how, clientId, identity) => {
      const { status, body } = await ask(as(clientId), identity());
      expect(status).toBe(200);
      expect(decodeJwt(String(body['access_token']))['cnf']).toEqual({
        'x5t#S256': thumbprint(identity()),
      });
    },
  );

  test.each([
    ['no certificate', 'by-name', (): Identity | undefined => undefined],
    ['the certificate of another name', 'by-name', () => byDns],
    ['the certificate of another DNS name', 'by-dns', () => byName],
    ['a certificate that nobody vouches for', 'by-name', () => pinned],
    ['a certificate that is not registered', 'pinned', () => byName],
  ] as const)('[RFC 8705 §2] %s is refused', async (_what, clientId, identity) => {
    expect(await ask(as(clientId), identity())).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
  });

  test('[RFC 8705 §2] one name that reads like two is one name', async () => {
    const value =
      'spiffe://acme.example/x, DNS:orders.acme.example, URI:spiffe://acme.example/orders';
    const twofold = await authority.issue('CN=any', [{ type: 'url', value }]);
    expect((await ask(as('by-dns'), twofold)).status).toBe(401);
    expect((await ask(as('by-uri'), twofold)).status).toBe(401);
  });

  test('[RFC 8705 §2] one subject attribute that reads like three is one attribute', async () => {
    const folded = await authority.issue('CN="orders,O=Acme,C=DE"');
    expect((await ask(as('by-name'), folded)).status).toBe(401);
  });

  test('[RFC 8705 §2] a name is not taken from an authority that is not configured', async () => {
    const stranger = await (await newAuthority('CN=Stranger')).issue('CN=orders, O=Acme, C=DE');
    expect((await ask(as('by-name'), stranger)).status).toBe(401);
  });

  test('[RFC 8705 §2] without configured authorities nobody vouches for a name, those of the public web least', async () => {
    const ours = getCACertificates();
    setDefaultCACertificates([...ours, authority.cert]);
    const identity = await authority.issue('CN=localhost', [{ type: 'ip', value: '127.0.0.1' }]);
    const open = await startOidc(SHOP, [...server.clients.values()], {
      cert: Buffer.from(identity.cert),
      key: Buffer.from(identity.key),
    });
    try {
      expect((await ask(as('by-name'), byName, open.url)).status).toBe(401);
      expect((await ask(as('pinned'), pinned, open.url)).status).toBe(200);
    } finally {
      setDefaultCACertificates(ours);
      await open.close();
    }
  });

  test('[RFC 8705 §3] a server that takes bound tokens alone gets them bound, however the client authenticated', async () => {
    const cashier = {
      client_id: 'cashier',
      client_secret: 'cashier-secret',
      scope: 'cards:charge',
    };
    expect(await ask(cashier)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    const { status, body } = await ask(cashier, byDns);
    expect(status).toBe(200);
    expect(decodeJwt(String(body['access_token']))['cnf']).toEqual({
      'x5t#S256': thumbprint(byDns),
    });
  });
});
