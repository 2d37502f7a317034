import { createPublicKey, X509Certificate } from 'node:crypto';
import type { JsonWebKey as NodeJwk } from 'node:crypto';
import { err, ok, present, PRIVATE_JWK_MEMBERS } from '@ambit/scope-catalog';
import type { Result } from '@ambit/scope-catalog';
import type { PublicJwks } from './client.ts';
import type { JwksFault, SettingsRefusal } from './refusals.ts';

/** The most keys a client may register: two generations of a handful. */
export const JWKS_MAX_KEYS = 10;
/** The most bytes of JSON a client's key set may take. */
export const JWKS_MAX_BYTES = 32 * 1024;

const KEY_TYPES = ['RSA', 'EC', 'OKP'];
const CURVES = ['P-256', 'P-384', 'P-521', 'Ed25519'];
const RSA_MIN_BITS = 2048;

/**
 * Whether a key set can prove who a client is: public keys alone (RFC 7517 §9.3 keeps private ones out of the open),
 * readable, strong enough, and with a certificate each where mutual TLS is to be checked against them (RFC 8705
 * §2.2.2).
 */
export function validatePublicJwks(
  jwks: PublicJwks,
  options: { readonly certificates: boolean },
): Result<void, SettingsRefusal> {
  const fail = (fault: JwksFault, index?: number) =>
    err({
      code: 'client.jwks_invalid' as const,
      fault,
      ...present({ index }),
    });
  if (jwks.keys.length === 0) return fail('empty');
  if (jwks.keys.length > JWKS_MAX_KEYS) return fail('too_large');
  if (JSON.stringify(jwks).length > JWKS_MAX_BYTES) return fail('too_large');
  for (const [index, key] of jwks.keys.entries()) {
    const fault = keyFault(key, options.certificates);
    if (fault !== undefined) return fail(fault, index);
  }
  return ok(undefined);
}

function keyFault(
  key: Readonly<Record<string, unknown>>,
  certificate: boolean,
): JwksFault | undefined {
  if (PRIVATE_JWK_MEMBERS.some((member) => Object.hasOwn(key, member))) return 'private';
  if (!KEY_TYPES.includes(String(key['kty']))) return 'unsupported';
  if (key['kty'] !== 'RSA' && !CURVES.includes(String(key['crv']))) return 'unsupported';
  try {
    const { asymmetricKeyDetails } = createPublicKey({ key: key as NodeJwk, format: 'jwk' });
    const bits = asymmetricKeyDetails?.modulusLength;
    if (bits !== undefined && bits < RSA_MIN_BITS) return 'too_weak';
  } catch {
    return 'unreadable';
  }
  return certificate && !isCertified(key) ? 'no_certificate' : undefined;
}

/** Whether the first certificate of `x5c` can be read and certifies this very key (RFC 7517 §4.7). */
function isCertified(key: Readonly<Record<string, unknown>>): boolean {
  const chain = key['x5c'];
  if (!Array.isArray(chain) || typeof chain[0] !== 'string') return false;
  try {
    const certified = new X509Certificate(Buffer.from(chain[0], 'base64')).publicKey;
    return certified.equals(createPublicKey({ key: key as NodeJwk, format: 'jwk' }));
  } catch {
    return false;
  }
}
