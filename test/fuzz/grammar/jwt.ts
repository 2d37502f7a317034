import type { Dice } from '../dice.ts';
import { anyJson, mangle } from './json.ts';
import type { Json } from './json.ts';
import { macJwt, signJwt } from './keys.ts';
import type { OwnKey, OwnKeys, Part } from './keys.ts';
import { oddText } from './texts.ts';

type Members = { readonly [name: string]: Json };

const HEADERS: readonly Members[] = [
  { alg: 'none' },
  { alg: 'HS256' },
  { alg: 'ES256', typ: 'JWT' },
  { alg: 'ES256', typ: 'at+jwt', kid: '../../dev/null' },
  { alg: 'ES256', typ: 'at+jwt', kid: { a: 1 } },
  { alg: 'ES256', typ: 'at+jwt', crit: ['exp'], exp: 1 },
  { alg: 'ES256', typ: 'at+jwt', b64: false, crit: ['b64'] },
  { alg: 'ES256', typ: 'at+jwt', jku: 'https://evil.example/jwks' },
  { alg: ['ES256'], typ: 'at+jwt' },
  { alg: 'RS256', typ: 'dpop+jwt' },
  { alg: 'dir', enc: 'A128GCM' },
  {},
];

const TIMES: readonly Json[] = [0, -1, 1e21, 1.5, '1', null, 8.64e15, 2 ** 53, [], 1];

/** Header and claims of a JWT; empty where it is none. */
export function partsOf(token: string): readonly [Members, Members] {
  const [header, claims] = token.split('.').map((part): Members => {
    try {
      return JSON.parse(Buffer.from(part, 'base64url').toString()) as Members;
    } catch {
      return {};
    }
  });
  return [header ?? {}, claims ?? {}];
}

/** A token that is not the one it was made from: something in it was changed by somebody without its key. */
export function forge(dice: Dice, token: string, others: readonly string[], keys: OwnKeys): string {
  const [header = '', claims = '', signature = ''] = token.split('.');
  const [decodedHeader, decodedClaims] = partsOf(token);
  const other = (others.length > 0 ? dice.pick(others) : 'e30.e30.AA').split('.');
  const encode = (value: Json): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const oddHeader = dice.chance(0.5)
    ? dice.pick(HEADERS)
    : (mangle(dice, decodedHeader) as Members);
  const oddClaims = hostileClaims(dice, decodedClaims) as Json;
  const key = dice.pick([...keys.all, keys.stranger]);
  const makers: readonly (() => string)[] = [
    () => `${header}.${claims}`,
    () => `${header}.${claims}.`,
    () => `${header}.${claims}.${signature}.`,
    () => `${token}.x.y`,
    () => `${header}.${other[1] ?? ''}.${signature}`,
    () => `${other[0] ?? ''}.${claims}.${signature}`,
    () => `${header}.${claims}.${other[2] ?? ''}`,
    () => `${header}.${claims}.${flipped(dice, signature)}`,
    () => `${header}.${flipped(dice, claims)}.${signature}`,
    () => `${encode(oddHeader)}.${claims}.${signature}`,
    () => `${header}.${encode(oddClaims)}.${signature}`,
    () => `${encode({ ...oddHeader, alg: 'none' })}.${claims}.`,
    () => macJwt({ ...decodedHeader, alg: 'HS256' }, decodedClaims, JSON.stringify(key.jwk)),
    () => signJwt({ ...decodedHeader, alg: key.alg, jwk: key.jwk }, decodedClaims, key),
    () => signJwt({ ...decodedHeader, alg: key.alg }, oddClaims as Members, key),
    () => `${header}=.${claims}==.${signature}=`,
    () => `${header}.${claims}.${signature} `,
    () => `Bearer ${token}`,
    () => JSON.stringify({ payload: claims, protected: header, signature }),
    () => token.repeat(Math.ceil(17_000 / (token.length + 1))),
    () => oddText(dice),
    () => `${Buffer.from(oddText(dice)).toString('base64url')}.${claims}.${signature}`,
    () => '.'.repeat(dice.below(5)),
  ];
  const forged = dice.pick(makers)();
  return forged === token ? `${forged}A` : forged;
}

/** A base64url text with one of its characters changed, and with it the bytes. */
function flipped(dice: Dice, text: string): string {
  const at = dice.below(Math.max(1, text.length - 1));
  return text.slice(0, at) + (text[at] === 'A' ? 'Q' : 'A') + text.slice(at + 1);
}

/** Claims with one that means harm, or that nobody expected. */
export function hostileClaims(dice: Dice, claims: Members): Members {
  const time = dice.pick(['exp', 'iat', 'nbf']);
  const nested = (depth: number): Json => (depth === 0 ? {} : { act: nested(depth - 1) });
  return dice.pick<() => Members>([
    () => ({ ...claims, [time]: dice.pick(TIMES) }),
    () => Object.fromEntries(Object.entries(claims).filter(() => dice.chance(0.8))),
    () => ({ ...claims, aud: dice.pick<Json>([[], ['a', 'b'], 'https://evil.example', 1, {}]) }),
    () => ({ ...claims, iss: dice.pick<Json>(['https://evil.example', 1, null, oddText(dice)]) }),
    () => ({ ...claims, sub: dice.pick<Json>([oddText(dice), 'x'.repeat(2000), 7, null, {}]) }),
    () => ({ ...claims, jti: dice.pick<Json>([oddText(dice), 7, null, 'x'.repeat(2000)]) }),
    () => ({ ...claims, act: nested(dice.pick([1, 6, 500])) }),
    () => ({ ...claims, cnf: dice.pick<Json>([{ jkt: 7 }, 'x', null, { jkt: 'x'.repeat(43) }]) }),
    () => ({ ...claims, may_act: anyJson(dice) }),
    () => ({ ...claims, scope: dice.pick<Json>([[], 7, 'ambit.client:write', oddText(dice)]) }),
    () => mangle(dice, claims) as Members,
  ])();
}

/** Signs claims of one's own, in most cases as they are, else with something hostile in claims or header. */
export function signOwn(
  dice: Dice,
  key: OwnKey,
  header: Members,
  claims: Members,
  hostile: boolean,
): string {
  const plain: Members = { alg: key.alg, kid: key.kid, ...header };
  if (!hostile) return signJwt(plain, claims, key);
  const twice = `{"exp":1,${JSON.stringify(claims).slice(1)}`;
  return dice.pick<() => string>([
    () => signJwt(plain, hostileClaims(dice, claims), key),
    () => signJwt(plain, hostileClaims(dice, claims), key),
    () => signJwt({ ...plain, ...dice.pick(HEADERS) }, claims, key),
    () => signJwt(mangle(dice, plain) as Part, claims, key),
    () => signJwt(plain, twice, key),
    () => signJwt(plain, JSON.stringify(anyJson(dice)), key),
    () => signJwt(plain, oddText(dice), key),
  ])();
}
