import { decodeJwt } from 'jose';
import { ringOf, signingKey } from '../../support/oidc-harness.ts';
import { activeKey, bare, encode, forged, hmac, idp, jwkOf, keys, own, root } from './stage.ts';
import type { Attack } from './stage.ts';

/** Attempts to be believed without a signature of the issuer. */
export const KEY_CONFUSION: readonly Attack[] = [
  [
    'alg none, without a signature',
    async () =>
      bare(`${encode({ alg: 'none', typ: 'at+jwt' })}.${encode(decodeJwt(await root()))}.`),
    'invalid_request',
  ],
  [
    'alg none under the kid of a key, with the signature of a good token',
    async () => {
      const [, payload = '', signature = ''] = (await root()).split('.');
      return bare(
        `${encode({ alg: 'none', typ: 'at+jwt', kid: activeKey().kid })}.${payload}.${signature}`,
      );
    },
    'invalid_request',
  ],
  [
    'HS256 with the public key as JWK',
    async () => bare(await hmac(JSON.stringify(activeKey().publicJwk))),
    'invalid_request',
  ],
  [
    'HS256 with the public key as PEM',
    async () =>
      bare(await hmac(String(activeKey().publicKey.export({ format: 'pem', type: 'spki' })))),
    'invalid_request',
  ],
  [
    "a stranger's key under the kid of a good one",
    async () => bare(await forged({}, {}, own.privateKey)),
    'invalid_request',
  ],
  [
    'an embedded jwk',
    async () =>
      bare(await forged({}, { jwk: jwkOf(own.publicKey), kid: undefined }, own.privateKey)),
    'invalid_request',
  ],
  [
    'an embedded jwk under the kid of a good key',
    async () => bare(await forged({}, { jwk: jwkOf(own.publicKey) }, own.privateKey)),
    'invalid_request',
  ],
  [
    'a jku',
    async () =>
      bare(await forged({}, { jku: 'https://evil.example/jwks', kid: 'evil' }, own.privateKey)),
    'invalid_request',
  ],
  [
    'an x5u',
    async () => bare(await forged({}, { x5u: 'https://evil.example/x' }, own.privateKey)),
    'invalid_request',
  ],
  [
    'an x5c',
    async () => bare(await forged({}, { x5c: ['MIIB'], kid: undefined }, own.privateKey)),
    'invalid_request',
  ],
  [
    'a kid that is a path',
    async () => bare(await forged({}, { kid: '../../../../dev/null' }, own.privateKey)),
    'invalid_request',
  ],
  [
    'a kid that is SQL',
    async () => bare(await forged({}, { kid: "x' union select 'k" }, own.privateKey)),
    'invalid_request',
  ],
  [
    'a kid that every object has',
    async () => bare(await forged({}, { kid: '__proto__' }, own.privateKey)),
    'invalid_request',
  ],
  [
    'a kid that is no text',
    async () => bare(await forged({}, { kid: { $ne: null } }, own.privateKey)),
    'invalid_request',
  ],
  [
    'the kid of a key for another algorithm',
    async () => bare(await forged({}, { kid: 'EdDSA' })),
    'invalid_request',
  ],
  [
    'a critical header that nobody knows',
    async () => bare(await forged({}, { crit: ['exp'], exp: 1 })),
    'invalid_request',
  ],
  [
    'a payload that is not encoded',
    async () => bare(await forged({}, { crit: ['b64'], b64: false })),
    'invalid_request',
  ],
  [
    'a key that was destroyed',
    async () => {
      const token = await root();
      const rest = [...keys.published.values()].filter(({ alg }) => alg !== 'ES256');
      idp.keys = ringOf(...rest, signingKey('ES256', 'ES256-next'));
      return bare(token);
    },
    'invalid_request',
  ],
  [
    'another payload under the signature of a good token',
    async () => {
      const [head = '', , signature = ''] = (await root()).split('.');
      const claims = { ...decodeJwt(await root()), scope: 'orders:write orders:read' };
      return bare(`${head}.${encode(claims)}.${signature}`);
    },
    'invalid_request',
  ],
];
