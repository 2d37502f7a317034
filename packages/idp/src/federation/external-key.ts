import { createPublicKey } from 'node:crypto';
import type { JsonWebKey as NodeJwk, KeyObject } from 'node:crypto';
import type { JsonObject } from '../strict-json.ts';

/** A public key of an external issuer. */
export interface ExternalKey {
  readonly kid?: string;
  /** The algorithms it may verify: those of its type, or the one that it names. */
  readonly algs: readonly string[];
  readonly key: KeyObject;
}

const RSA_ALGS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
const CURVE_ALGS: Readonly<Record<string, string>> = {
  'P-256': 'ES256',
  'P-384': 'ES384',
  'P-521': 'ES512',
  Ed25519: 'EdDSA',
};

/** Every algorithm that an external token may be signed with (RFC 7518 §3.1, RFC 8037 §3.1): asymmetric ones alone. */
export const EXTERNAL_ALGS: readonly string[] = [...RSA_ALGS, ...Object.values(CURVE_ALGS)];

const RSA_MIN_BITS = 2048;
const RSA_MAX_BITS = 8192;
const MAX_KEYS = 100;

/** What keys for signatures say of their use: nothing, `sig` (RFC 7517 §4.2), or as SPIFFE bundles have it. */
const USES: readonly unknown[] = [undefined, 'sig', 'jwt-svid'];

/**
 * The keys of a JWK set (RFC 7517 §5) that may verify tokens. Others are passed over (§5), as issuers publish keys
 * for more than one purpose; undefined when it is no key set or an absurd one.
 */
export function decodeKeySet({ keys }: JsonObject): readonly ExternalKey[] | undefined {
  if (!Array.isArray(keys) || keys.length > MAX_KEYS) return undefined;
  return keys.flatMap((jwk: unknown) => {
    const key = typeof jwk === 'object' && jwk !== null ? decodeKey(jwk as JsonObject) : undefined;
    return key ? [key] : [];
  });
}

function decodeKey(jwk: JsonObject): ExternalKey | undefined {
  const { kty, crv, kid, alg, use, key_ops: ops } = jwk;
  if (!USES.includes(use) || (Array.isArray(ops) && !ops.includes('verify'))) return undefined;
  if (kid !== undefined && typeof kid !== 'string') return undefined;
  const ofType = algsOf(kty, crv);
  const algs = alg === undefined ? ofType : ofType.filter((known) => known === alg);
  if (algs.length === 0) return undefined;
  try {
    const key = createPublicKey({ key: jwk as NodeJwk, format: 'jwk' });
    const { modulusLength: bits = RSA_MIN_BITS } = key.asymmetricKeyDetails ?? {};
    if (bits < RSA_MIN_BITS || bits > RSA_MAX_BITS) return undefined;
    return { ...(kid === undefined ? {} : { kid }), algs, key };
  } catch {
    return undefined;
  }
}

function algsOf(kty: unknown, crv: unknown): readonly string[] {
  if (kty === 'RSA') return RSA_ALGS;
  const alg =
    (kty === 'EC' || kty === 'OKP') && typeof crv === 'string' ? CURVE_ALGS[crv] : undefined;
  return alg === undefined ? [] : [alg];
}
