import { hash } from 'node:crypto';
import { err, ok } from '@ambit/scope-catalog';
import type { Result } from '@ambit/scope-catalog';
import { compactVerify, decodeProtectedHeader } from 'jose';
import { LRUCache } from 'lru-cache';
import type { KeyRing } from '../keys/key-ring.ts';
import { parseStrictJson } from '../strict-json.ts';
import type { AccessTokenClaims, InactiveReason, VerifiedToken } from './access-token.ts';

/** How long a token may be; anything longer is not one of Ambit's. */
export const TOKEN_MAX_LENGTH = 16_384;

/** How long the tokens that are remembered may be in all: twenty thousand as they usually are, fewer of longer ones. */
const REMEMBERED_MAX_LENGTH = 16 * 1024 * 1024;

/** Tells tokens that this issuer signed from all others. */
export interface TokenVerifier {
  /**
   * Checks form, `typ`, `kid`, signature and `iss` (RFC 9068 §4), against the keys that are published now. Expiry,
   * revocation and liveness are not looked at.
   */
  verify(token: string, keys: KeyRing): Promise<Result<VerifiedToken, InactiveReason>>;
}

/**
 * A verifier that remembers the signatures it has found good, by digest of the whole token.
 *
 * INVARIANT: only the signature is remembered. Whether the key is still published is asked each time, so a token of a
 * revoked key fails at once.
 */
export function createTokenVerifier(issuer: string): TokenVerifier {
  const verified = new LRUCache<string, VerifiedToken>({ maxSize: REMEMBERED_MAX_LENGTH });

  return {
    async verify(token, keys) {
      if (token.length > TOKEN_MAX_LENGTH) return err('malformed');
      const digest = hash('sha256', token, 'base64');
      const known = verified.get(digest);
      if (known) return keys.published.has(known.kid) ? ok(known) : err('unknown_key');

      const result = await verifyAfresh(token, keys, issuer);
      if (result.ok) verified.set(digest, result.value, { size: token.length });
      return result;
    },
  };
}

async function verifyAfresh(
  token: string,
  keys: KeyRing,
  issuer: string,
): Promise<Result<VerifiedToken, InactiveReason>> {
  let header;
  try {
    header = decodeProtectedHeader(token);
  } catch {
    return err('malformed');
  }
  if (typeof header.typ !== 'string' || !/^(?:application\/)?at\+jwt$/i.test(header.typ)) {
    return err('wrong_type');
  }
  if (!isPlainBase64url(token.slice(token.lastIndexOf('.') + 1))) return err('malformed');
  const key = keys.published.get(header.kid ?? '');
  if (!key || key.alg !== header.alg) return err('unknown_key');

  let payload;
  try {
    ({ payload } = await compactVerify(token, key.publicKey, { algorithms: [key.alg] }));
  } catch {
    return err('bad_signature');
  }
  const claims = decodeClaims(payload);
  if (!claims) return err('malformed');
  if (claims.iss !== issuer) return err('foreign_issuer');
  return ok({ kid: key.kid, claims });
}

/**
 * Whether a text is base64url without padding, white space or stray bits (RFC 7515 §5.2, step 7), which decoders pass
 * over. The other parts are signed as they are spelled; without this a token could be spelled in many ways.
 */
const isPlainBase64url = (text: string): boolean =>
  Buffer.from(text, 'base64url').toString('base64url') === text;

const STRING_CLAIMS = ['iss', 'sub', 'aud', 'jti', 'client_id', 'scope'] as const;
const NUMBER_CLAIMS = ['exp', 'iat', 'catalog_version', 'rev'] as const;
const OPTIONAL_OBJECT_CLAIMS = ['act', 'may_act', 'cnf', 'fed'] as const;

function decodeClaims(payload: Uint8Array): AccessTokenClaims | undefined {
  const claims = parseStrictJson(payload);
  if (!claims) return undefined;
  const complete =
    STRING_CLAIMS.every((name) => typeof claims[name] === 'string') &&
    NUMBER_CLAIMS.every((name) => Number.isSafeInteger(claims[name])) &&
    OPTIONAL_OBJECT_CLAIMS.every((name) => claims[name] === undefined || isObject(claims[name]));
  return complete ? (claims as unknown as AccessTokenClaims) : undefined;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
