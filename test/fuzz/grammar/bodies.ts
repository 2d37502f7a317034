import { generateKeyPairSync } from 'node:crypto';
import type { Dice } from '../dice.ts';
import { castOf } from '../world.ts';
import type { World } from '../world.ts';
import { asText, mangledCatalog, variation } from './catalogs.ts';
import { expendable } from './live.ts';
import type { Json } from './json.ts';
import { oddText, someTime, thisHour, word } from './texts.ts';

type Members = { [name: string]: Json };
type Maker = (dice: Dice, world: World) => Json;

const PRIVATE = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
  format: 'jwk',
}) as Members;
const WEAK = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({
  format: 'jwk',
}) as Members;

const ODD_JWKS: readonly Json[] = [
  { keys: [] },
  { keys: [PRIVATE] },
  { keys: [WEAK] },
  { keys: [{ kty: 'oct', k: 'AAAA' }] },
  { keys: [{ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' }] },
  { keys: [{ kty: 'EC', crv: 'secp256k1', x: 'AA', y: 'AA' }] },
];

/** Settings of a client that go together, or nearly. */
function settings(dice: Dice, world: World): Members {
  const keys = world.keys.all.map(({ jwk, kid, alg }): Json => ({ ...jwk, kid, alg }));
  const jwks: Json = dice.chance(0.7) ? { keys } : dice.pick(ODD_JWKS);
  return dice.pick<() => Members>([
    () => ({}),
    () => ({ scope_policy: dice.pick(['strict', 'partial']) }),
    () => ({ auth: 'private_key_jwt', jwks }),
    () => ({ auth: dice.pick(['private_key_jwt', 'tls_client_auth', 'none']) }),
    () => ({ default_scopes: ['orders:read', 'stock:read'] }),
    () => ({ auth: 'self_signed_tls_client_auth', jwks }),
    () => ({ auth: 'tls_client_auth', tls_subject_dn: 'CN=x' }),
    () => ({ auth: 'tls_client_auth', tls_san_dns: 'x.example', tls_san_uri: 'urn:x' }),
    () => ({ auth: 'none', federated: dice.pick(['works', 'down', 'nowhere']) }),
    () => ({ auth: dice.pick(['secret', 'private_key_jwt']), tls_subject_dn: oddText(dice) }),
    () => ({ resource_servers: dice.some(['shop-api', 'stock-api', 'ambit', 'none'], 2) }),
    () => ({ introspection_alg: 'ES256', resource_servers: dice.some(['shop-api'], 1) }),
    () => ({
      default_scopes: dice.some(
        ['orders:read', 'stock:read', 'orders:refund', 'cards:charge', 'x:y'],
        2,
      ),
    }),
  ])();
}

const newName = (dice: Dice, world: World): string =>
  dice.pick([
    `c${String(world.round)}-${word(dice)}`,
    `c${String(world.round)}-${word(dice)}`,
    `c${String(world.round)}-${word(dice)}`,
    castOf(world, 'viewer').id,
    `ambit-${word(dice)}`,
    `.${word(dice)}`,
  ]);

function newClient(dice: Dice, world: World): Json {
  const roles = dice.some(['viewer', 'viewer', 'editor', 'cashier', 'ambit-viewer', 'none'], 2);
  return {
    client_id: newName(dice, world),
    ...(dice.chance(0.6) ? { roles } : {}),
    ...settings(dice, world),
    ...(dice.chance(0.2) ? { secret: newSecret(dice) } : {}),
  };
}

const newSecret = (dice: Dice): Json => ({
  ...(dice.chance(0.5) ? { label: word(dice) } : {}),
  ...(dice.chance(0.3) ? { expires_at: someTime(dice) } : {}),
});

const baseOf = (world: World): Members => JSON.parse(world.base.source) as Members;
const adminsOf = (world: World): string[] =>
  ['ambit-editor', 'ambit-viewer'].map((role) => castOf(world, role as 'ambit-editor').id);

/** The text of a catalog: the one the world rests on, another sound one, or one that is wrong somewhere. */
function source(dice: Dice, world: World, sound: number): string {
  if (!dice.chance(sound)) return mangledCatalog(dice, baseOf(world));
  if (dice.chance(0.2)) return world.base.source;
  return asText(dice, variation(dice, baseOf(world), adminsOf(world)));
}

const FOREIGN = Buffer.from('{"iss":"https://evil.example","jti":"a"}').toString('base64url');

/** A token, or what only looks like one of ours. */
const nameOfToken = (dice: Dice, world: World): string =>
  dice.chance(0.7) && world.tokens.length > 0
    ? dice.pick(world.tokens).value
    : dice.pick([...world.jtis, 'x.y.z', `${word(dice)}.e30.x`, `e30.${FOREIGN}.x`]);

/** Members that name what to revoke; those that leave most of the world alive come more often. */
const REVOCABLE = [
  ...['token', 'token', 'jti', 'client', 'client'],
  ...['scope', 'key', 'catalog_version', 'issued_before'],
];

function revocation(dice: Dice, world: World): Json {
  const hour = 3_600_000;
  const kind = dice.pick(REVOCABLE);
  const past = world.versions.filter((version) => version !== world.base.version);
  const values: Readonly<Record<string, () => Json>> = {
    token: () => nameOfToken(dice, world),
    jti: () => (world.jtis.length > 0 ? dice.pick(world.jtis) : word(dice)),
    client: () => (dice.chance(0.6) ? expendable(dice, world) : word(dice)),
    scope: () => dice.pick(['orders:archive', 'cards:charge', 'none:none']),
    key: () => (world.kids.length > 0 && dice.chance(0.4) ? dice.pick(world.kids) : word(dice)),
    catalog_version: () => (dice.chance(0.5) ? 999_999 : dice.pick(past)),
    issued_before: () =>
      new Date(thisHour() + dice.pick([-hour, -hour, -hour, 2 * hour])).toISOString(),
  };
  return {
    [kind]: values[kind]?.() ?? null,
    ...(dice.chance(0.5) ? { reason: `because of ${word(dice)}` } : {}),
  };
}

/** Bodies whose members have to go together; every other is made from its schema. */
export const BODIES: Readonly<Record<string, Maker>> = {
  'POST /clients': newClient,
  'PATCH /clients/{client_id}': (dice, world) => {
    const patch = settings(dice, world) as Members;
    return Object.keys(patch).length > 0 ? patch : { scope_policy: 'partial' };
  },
  'POST /catalog/lint': (dice, world) => ({ source: source(dice, world, 0.3) }),
  'POST /catalog/plan': (dice, world) =>
    dice.chance(0.3)
      ? { version: dice.chance(0.2) ? 999_999 : dice.pick(world.versions) }
      : { source: source(dice, world, 0.8) },
  'POST /catalog/versions': (dice, world) => ({
    source: source(dice, world, 0.8),
    comment: `made by the fuzzer: ${word(dice)}`,
    ...(dice.chance(0.2) ? { base: dice.pick(world.versions) } : {}),
    ...(dice.chance(0.2) && world.assignments.length > 0
      ? { assignments: dice.pick(world.assignments) }
      : {}),
  }),
  'POST /tokens/explain': (dice, world) => ({ token: nameOfToken(dice, world) }),
  'POST /tokens/trace': (dice, world) => ({ token: nameOfToken(dice, world) }),
  'POST /revocations': revocation,
};
