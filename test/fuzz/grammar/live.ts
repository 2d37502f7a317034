import type { Dice } from '../dice.ts';
import { castOf } from '../world.ts';
import type { Part, World } from '../world.ts';
import type { Json } from './json.ts';
import type { LiveValue } from './schema.ts';
import { someTime, thisHour, word } from './texts.ts';

const ROLES = ['viewer', 'editor', 'cashier', 'caller', 'ambit-viewer', 'ambit-metrics'] as const;
const SCOPES = [
  'orders:read',
  'orders:write',
  'orders:archive',
  'orders:refund',
  'stock:read',
  'stock:reserve',
  'cards:charge',
  'ambit.client:read',
] as const;
const SERVERS = ['shop-api', 'stock-api', 'vault-api'] as const;
const CAST: readonly Part[] = ['viewer', 'editor', 'partial', 'keyed', 'front', 'stock'];

/** The name of a client that may be changed and taken away: nobody the world cannot do without. */
export function expendable(dice: Dice, world: World): string {
  const made = world.clients.map(({ id }) => id);
  if (made.length > 0 && dice.chance(0.9)) return dice.pick(made);
  return castOf(world, dice.pick(CAST)).id;
}

/** Names by which members of requests speak of what is alive. */
export const liveValues =
  (dice: Dice, world: World, endpoint: string): LiveValue =>
  (name) => {
    const found = <T extends Json>(list: readonly T[]): T | undefined =>
      list.length > 0 ? dice.pick(list) : undefined;
    const tokens = [...world.tokens.map(({ value }) => value), ...world.jtis];
    const values: Readonly<Record<string, () => Json | undefined>> = {
      client_id: () => expendable(dice, world),
      client: () => (dice.chance(0.9) ? expendable(dice, world) : word(dice)),
      role: () => dice.pick(ROLES),
      scope: () => dice.pick(SCOPES),
      default_scope: () => dice.pick(SCOPES),
      resource_server: () => dice.pick(SERVERS),
      holding: () => dice.some(SCOPES, 3).join(' ') || 'orders:read',
      kid: () => found(world.kids),
      key: () => found(world.kids),
      token: () => found(tokens),
      jti: () => found(world.jtis),
      version: () => dice.pick(world.versions),
      catalog_version: () => dice.pick(world.versions),
      base: () => dice.pick(world.versions),
      from: () => String(dice.pick(world.versions)),
      to: () => String(dice.pick(world.versions)),
      secret_id: () => found(world.secretIds.map(({ id }) => id)),
      request_id: () => found(world.requestIds),
      id: () => found(world.recordIds),
      assignments: () => found(world.assignments),
      cursor: () =>
        found(
          world.cursors.filter((kept) => kept.endpoint === endpoint).map(({ cursor }) => cursor),
        ) ?? Buffer.from(JSON.stringify(dice.pick<Json>([1, 'a', null]))).toString('base64url'),
      limit: () => 1 + dice.below(5),
      issued_before: () => someTime(dice, thisHour() - 86_400_000),
      comment: () => `made by the fuzzer: ${word(dice)}`,
    };
    return values[name]?.();
  };
