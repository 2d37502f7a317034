import { createLocalJWKSet, jwtVerify } from 'jose';
import type { JSONWebKeySet } from 'jose';

/** A resource server that verifies tokens offline and believes the cache headers of the JWKS. */
export interface CachingResourceServer {
  /** Fills its cache now, if it is not fresh. */
  load(): Promise<void>;
  /** Rejects when a token does not verify by the keys it holds (RFC 9068 §4). */
  verify(token: string): Promise<void>;
}

/**
 * A resource server that asks for the JWKS again only when its copy has outlived its `max-age` (RFC 9111 §4.2), and
 * never because a token names a key it does not know: most do that too, which would hide a rotation that comes too
 * early.
 */
export function createCachingResourceServer(
  issuer: string,
  jwksUri: string,
): CachingResourceServer {
  let cached: Promise<{ keys: JSONWebKeySet; freshUntil: number }> | undefined;

  const fetchKeys = async () => {
    const response = await fetch(jwksUri);
    const maxAge = /(?:^|[ ,])max-age=(\d+)/.exec(response.headers.get('cache-control') ?? '')?.[1];
    if (response.status !== 200 || maxAge === undefined) throw new Error('no JWKS to cache');
    const keys = (await response.json()) as JSONWebKeySet;
    return { keys, freshUntil: performance.now() + Number(maxAge) * 1000 };
  };
  const freshKeys = async (): Promise<JSONWebKeySet> => {
    const held = await cached;
    if (held && performance.now() < held.freshUntil) return held.keys;
    cached = fetchKeys();
    return (await cached).keys;
  };
  return {
    async load() {
      await freshKeys();
    },
    async verify(token) {
      const keys = createLocalJWKSet(await freshKeys());
      await jwtVerify(token, keys, { issuer, typ: 'at+jwt' });
    },
  };
}
