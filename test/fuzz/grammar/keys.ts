import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Json } from './json.ts';

/** A key pair of the fuzzer's own. */
export interface OwnKey {
  readonly alg: string;
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly jwk: { readonly [name: string]: string };
  /** RFC 7638. */
  readonly thumbprint: string;
}

function newKey(alg: string, kid: string): OwnKey {
  const { privateKey, publicKey } =
    alg === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : alg === 'EdDSA'
        ? generateKeyPairSync('ed25519')
        : generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = publicKey.export({ format: 'jwk' }) as { [name: string]: string };
  const members = ['crv', 'e', 'kty', 'n', 'x', 'y'].filter((name) => name in jwk);
  const canonical = JSON.stringify(Object.fromEntries(members.map((name) => [name, jwk[name]])));
  const thumbprint = createHash('sha256').update(canonical).digest('base64url');
  return { alg, kid, privateKey, jwk, thumbprint };
}

/** The keys of a run: one for each algorithm, and a second that nobody has registered. */
export interface OwnKeys {
  readonly all: readonly OwnKey[];
  readonly stranger: OwnKey;
}

/** Makes the keys of a run. */
export const newKeys = (): OwnKeys => ({
  all: ['ES256', 'EdDSA', 'RS256'].map((alg) => newKey(alg, `own-${alg}`)),
  stranger: newKey('ES256', 'own-ES256'),
});

const base64url = (text: string): string => Buffer.from(text, 'utf8').toString('base64url');

/** Text that is written as it is, or a value that is written as JSON. */
export type Part = string | { readonly [name: string]: Json };

const written = (part: Part): string => (typeof part === 'string' ? part : JSON.stringify(part));

/** Signs a JWT of any content, by the algorithm of the key whatever its header says. */
export function signJwt(header: Part, claims: Part, { alg, privateKey }: OwnKey): string {
  const input = `${base64url(written(header))}.${base64url(written(claims))}`;
  const hash = alg === 'EdDSA' ? null : 'sha256';
  const signature = sign(hash, Buffer.from(input), {
    key: privateKey,
    dsaEncoding: 'ieee-p1363',
  });
  return `${input}.${signature.toString('base64url')}`;
}

/** Signs a JWT with a secret that everybody knows, a public key for example (RFC 8725 §2.1). */
export function macJwt(header: Part, claims: Part, secret: string): string {
  const input = `${base64url(written(header))}.${base64url(written(claims))}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}
