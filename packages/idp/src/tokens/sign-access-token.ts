import type { SigningKey } from '../keys/key-ring.ts';
import { signBytes } from '../keys/sign.ts';
import type { AccessTokenClaims } from './access-token.ts';

/** The first part of every token of a key, dot included. */
const headers = new WeakMap<SigningKey, string>();

/** Signs an access token (RFC 9068 §2.1) with the private half of a key. */
export function signAccessToken(key: SigningKey, claims: AccessTokenClaims): string {
  const signed = headerOf(key) + encode(JSON.stringify(claims));
  const signature = signBytes(key, Buffer.from(signed, 'latin1'));
  return `${signed}.${Buffer.from(signature.buffer, signature.byteOffset, signature.length).toString('base64url')}`;
}

function headerOf(key: SigningKey): string {
  const known = headers.get(key);
  if (known !== undefined) return known;
  const { alg, kid } = key;
  const header = `${encode(JSON.stringify({ alg, typ: 'at+jwt', kid }))}.`;
  headers.set(key, header);
  return header;
}

const encode = (text: string): string => Buffer.from(text).toString('base64url');
