import { createHash } from 'node:crypto';
import type { Dice } from '../dice.ts';
import type { LiveClient, LiveToken, World } from '../world.ts';
import { ISSUERS } from './catalogs.ts';
import type { Json } from './json.ts';
import { signOwn } from './jwt.ts';
import type { OwnKey } from './keys.ts';
import { oddText, word } from './texts.ts';

const seconds = (): number => Math.floor(Date.now() / 1000);

/** Whether what is made should be sound, made by somebody hostile who has the key, or used before. */
export type Soundness = 'sound' | 'hostile' | 'spent';

/** A client assertion (RFC 7523 §2.2). */
export function assertionOf(
  dice: Dice,
  world: World,
  { id, keys = [] }: LiveClient,
  soundness: Soundness,
): string {
  if (soundness === 'spent' && world.spentAssertions.length > 0) {
    return dice.pick(world.spentAssertions);
  }
  const key = keys.length > 0 ? dice.pick(keys) : world.keys.stranger;
  const now = seconds();
  const claims = {
    iss: id,
    sub: id,
    aud: world.issuer,
    jti: word(dice, 16),
    iat: now,
    exp: now + 60,
  };
  return signOwn(dice, key, {}, claims, soundness === 'hostile');
}

const ODD_KEYS: readonly Json[] = [
  {},
  { kty: 'oct', k: 'AAAA' },
  { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' },
  { kty: 'EC', crv: 'secp256k1', x: 'AA', y: 'AA' },
  { kty: 'RSA', n: 'AQAB', e: 'AQAB' },
  { kty: 'OKP', crv: 'Ed25519', x: '' },
  { kty: 'OKP', crv: 'X25519', x: 'A'.repeat(43) },
  { kty: '__proto__' },
  null,
  'x',
  [],
];

/** A DPoP proof (RFC 9449 §4.2) for one request. */
export function proofOf(
  dice: Dice,
  world: World,
  key: OwnKey,
  request: {
    readonly method: string;
    readonly path: string;
    readonly token?: string;
    /** The client that asks for a token with it; for another one a proof that was used is new. */
    readonly by?: string;
  },
  soundness: Soundness,
): string {
  const { method, path, token, by } = request;
  const spent = world.spentProofs.filter((used) => used.path === path && used.by === by);
  if (soundness === 'spent' && spent.length > 0) return dice.pick(spent).proof;
  const claims = {
    htm: method,
    htu: world.issuer + path,
    jti: word(dice, 16),
    iat: seconds(),
    ...(token === undefined ? {} : { ath: createHash('sha256').update(token).digest('base64url') }),
  };
  const jwk = { ...key.jwk };
  if (soundness === 'sound') return signOwn(dice, key, { typ: 'dpop+jwt', jwk }, claims, false);
  const hostile = dice.pick<() => string>([
    () => signOwn(dice, key, { typ: 'dpop+jwt', jwk: dice.pick(ODD_KEYS) }, claims, false),
    () => signOwn(dice, key, { typ: 'dpop+jwt', jwk: { ...jwk, d: 'AAAA' } }, claims, false),
    () => signOwn(dice, key, { typ: 'JWT', jwk }, claims, false),
    () => signOwn(dice, key, { typ: 'dpop+jwt', jwk }, { ...claims, htm: 'GET', htu: 7 }, false),
    () => signOwn(dice, key, { typ: 'dpop+jwt', jwk }, claims, true),
    () => signOwn(dice, world.keys.stranger, { typ: 'dpop+jwt', jwk }, claims, false),
    () => oddText(dice).replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '?'),
    () => `${signOwn(dice, key, { typ: 'dpop+jwt', jwk }, claims, false)}, x.y.z`,
  ]);
  return hostile();
}

/** A token of a workload's own issuer, good for the client `bot`. */
export function externalTokenOf(dice: Dice, world: World, soundness: Soundness | 'down'): string {
  if (soundness === 'spent' && world.spentExternals.length > 0) {
    return dice.pick(world.spentExternals);
  }
  const now = seconds();
  const once = soundness === 'spent' || dice.chance(0.2);
  const claims = {
    iss: soundness === 'down' ? ISSUERS.down : ISSUERS.works,
    aud: world.issuer,
    sub: `${once ? 'once' : 'job'}:${word(dice, 6)}`,
    jti: word(dice, 16),
    iat: now,
    exp: now + 600,
  };
  const key = dice.pick(world.keys.all);
  return signOwn(dice, key, { typ: 'JWT' }, claims, soundness === 'hostile');
}

/** A token of the client's own, or of anybody where it has none. */
export function tokenFor(dice: Dice, world: World, client: string): LiveToken | undefined {
  const own = world.tokens.filter((token) => token.client === client);
  const from = own.length > 0 && dice.chance(0.8) ? own : world.tokens;
  return from.length > 0 ? dice.pick(from) : undefined;
}
