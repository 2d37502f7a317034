import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { JWK, JWTPayload } from 'jose';
import type { Credential } from '../support/oauth.ts';
import type { Stage } from './stage.ts';

/** A key pair, and what it signs. */
export interface Signer {
  readonly publicJwk: JWK;
  /** With the private half. */
  readonly privateJwk: JWK;
  sign(claims: JWTPayload, header?: Readonly<Record<string, unknown>>): Promise<string>;
}

/** Makes a key pair for ES256. */
export async function newSigner(): Promise<Signer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  return {
    publicJwk: { ...(await exportJWK(publicKey)), alg: 'ES256', use: 'sig' },
    privateJwk: await exportJWK(privateKey),
    sign(claims, header = {}) {
      const iat = Math.floor(Date.now() / 1000);
      return new SignJWT({ jti: randomUUID(), iat, exp: iat + 60, ...claims })
        .setProtectedHeader({ alg: 'ES256', ...header })
        .sign(privateKey);
    },
  };
}

/** Who takes part in the flows. */
export interface Cast {
  readonly worker: Credential;
  /** Credentials of the two resource servers; the first acts on behalf of those who call it. */
  readonly shop: Credential;
  readonly stock: Credential;
  /** The keys of the client `prover`, and of the issuer of workloads. */
  readonly prover: Signer;
  readonly issuer: Signer;
}

/** Where the issuer of workloads says it is. */
export const ISSUER = 'https://workloads.example';

/** The catalog of the flows; texts of the caller's may be put in. */
export const catalogOf = (stage: Stage, issuer: Signer, description = 'The shop'): string =>
  JSON.stringify({
    catalog: 'shop',
    resourceServers: {
      'shop-api': {
        audience: 'https://shop.example',
        description,
        resources: { orders: { actions: { read: { description: 'See orders' } } } },
      },
      'stock-api': {
        audience: 'https://stock.example',
        resources: { stock: { actions: { read: { description: 'See stock' } } } },
      },
    },
    roles: { clerk: { description: 'Works here', scopes: ['orders:*'] } },
    delegation: [
      { actor: { client: 'shop' }, holding: ['orders:read'], may: ['stock:read'], maxDepth: 2 },
    ],
    federation: {
      cluster: {
        issuer: ISSUER,
        audience: stage.server.url,
        jwks: { keys: [issuer.publicJwk] },
        rules: [{ match: { sub: 'job' }, client: 'bot', scopes: ['orders:read'] }],
      },
    },
  });

/** Publishes the catalog and registers everybody. */
export async function layOut(stage: Stage): Promise<Cast> {
  const [prover, issuer] = [await newSigner(), await newSigner()];
  await stage.admin('POST /catalog/versions', {
    source: catalogOf(stage, issuer),
    comment: 'the first',
  });
  const roles = ['clerk'];
  await stage.register('prover', {
    roles,
    auth: 'private_key_jwt',
    jwks: { keys: [prover.publicJwk] },
  });
  await stage.register('bot', { roles, auth: 'none', federated: 'cluster' });
  return {
    worker: await stage.register('worker', { roles }),
    shop: await stage.register('shop', { roles, resource_servers: ['shop-api'] }),
    stock: await stage.register('stock', {
      resource_servers: ['stock-api'],
      introspection_alg: 'ES256',
    }),
    prover,
    issuer,
  };
}
