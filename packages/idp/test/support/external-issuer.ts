import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { JWTPayload } from 'jose';

/** A key of an external issuer, with its public half as published. */
export interface IssuerKey {
  readonly alg: string;
  readonly kid: string;
  readonly privateKey: Parameters<SignJWT['sign']>[0];
  readonly jwk: Readonly<Record<string, unknown>>;
}

export async function newIssuerKey(alg = 'ES256', kid = `${alg}-1`): Promise<IssuerKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

/** An OpenID provider on loopback that vouches for workloads, and misbehaves where a test has it do so. */
export interface ExternalIssuer {
  readonly url: string;
  keys: IssuerKey[];
  /** Paths that were asked for. */
  readonly asked: string[];
  readonly headers: Record<string, string>;
  /** Answers instead of the issuer where it returns true. */
  answer?: (request: IncomingMessage, response: ServerResponse) => boolean;
  sign(claims: JWTPayload, key?: IssuerKey, header?: Record<string, unknown>): Promise<string>;
  close(): Promise<void>;
}

export async function startIssuer(): Promise<ExternalIssuer> {
  const server = createServer((request, response) => {
    issuer.asked.push(request.url ?? '');
    if (issuer.answer?.(request, response)) return;
    const found: Record<string, unknown> = {
      '/.well-known/openid-configuration': { issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` },
      '/jwks': { keys: issuer.keys.map(({ jwk }) => jwk) },
    };
    const document = found[request.url ?? ''];
    response.writeHead(document ? 200 : 404, {
      'content-type': 'application/json',
      ...issuer.headers,
    });
    response.end(JSON.stringify(document ?? {}));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const key = await newIssuerKey();
  const issuer: ExternalIssuer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    keys: [key],
    asked: [],
    headers: {},
    sign: (claims, signer = key, header = {}) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: signer.alg, kid: signer.kid, typ: 'JWT', ...header })
        .sign(signer.privateKey),
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => {
          done();
        });
      }),
  };
  return issuer;
}
