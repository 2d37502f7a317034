import { createHash } from 'node:crypto';
import { post } from '../support/oauth.ts';
import type { Credential } from '../support/oauth.ts';
import { scopesOfRole } from './access.ts';
import type { Access } from './access.ts';
import { baseCatalog } from './grammar/catalogs.ts';
import { signJwt } from './grammar/keys.ts';
import type { OwnKeys } from './grammar/keys.ts';
import { BOUND } from './requests/identity.ts';
import { newWorld } from './world.ts';
import type { LiveClient, LiveToken, Part, World } from './world.ts';

/** What the members of the cast are registered with. */
const CAST: Readonly<
  Record<Part, { readonly roles?: readonly string[]; readonly [setting: string]: unknown }>
> = {
  viewer: { roles: ['viewer', 'cashier'] },
  editor: { roles: ['editor'], default_scopes: ['orders:read'] },
  partial: { roles: ['viewer'], scope_policy: 'partial' },
  keyed: { roles: ['viewer'], auth: 'private_key_jwt' },
  front: { roles: ['caller'], resource_servers: ['shop-api'] },
  stock: { resource_servers: ['stock-api'], introspection_alg: 'ES256' },
  bot: { roles: ['viewer'], auth: 'none', federated: 'works' },
  off: { roles: ['viewer'] },
  'ambit-viewer': { roles: ['ambit-viewer'] },
  'ambit-editor': { roles: ['ambit-editor', 'editor'] },
  'ambit-admin': { roles: ['ambit-admin'] },
  'ambit-auditor': { roles: ['ambit-auditor'] },
  'ambit-responder': { roles: ['ambit-responder'] },
  'ambit-metrics': { roles: ['ambit-metrics'] },
};
const SCOPES: Readonly<Partial<Record<Part, readonly string[]>>> = {
  viewer: ['orders:read', 'stock:read', 'cards:charge'],
  editor: ['orders:read', 'orders:write', 'orders:archive', 'stock:read'],
  partial: ['orders:read', 'stock:read'],
  keyed: ['orders:read', 'stock:read'],
  front: ['orders:read'],
  bot: ['orders:read', 'stock:read'],
};
const PARTS = Object.keys(CAST) as Part[];

/** Lays out a world of its own for one round: a catalog, and clients by names that nobody had before. */
export async function layOut(
  access: Access,
  facts: { readonly issuer: string; readonly keys: OwnKeys; readonly root: Credential },
  round: number,
): Promise<World> {
  const bot = nameOf('bot', round, 0);
  const source = JSON.stringify(baseCatalog(facts.issuer, bot, facts.keys));
  const comment = `round ${String(round)}`;
  const { version } = await access.must('POST', '/catalog/versions', { source, comment });
  const world = newWorld({ ...facts, round, base: { version: version as number, source } });
  world.versions.push(version as number);
  await Promise.all(
    PARTS.map(async (part) => {
      await play(access, world, part, 0);
      await letSpeak(world, part);
    }),
  );
  const { items } = await access.must('GET', '/keys?limit=500');
  world.kids.push(...(items as { kid: string }[]).map(({ kid }) => kid).slice(0, 12));
  return world;
}

const nameOf = (part: Part, round: number, take: number): string =>
  `${part.replace('ambit-', 'a')}-${String(round)}${take === 0 ? '' : `-${String(take)}`}`;

/** Registers whoever plays a part. */
async function play(access: Access, world: World, part: Part, take: number): Promise<void> {
  const id = nameOf(part, world.round, take);
  const keys = part === 'keyed' ? world.keys.all : undefined;
  const jwks = keys && { keys: keys.map(({ jwk, kid, alg }) => ({ ...jwk, kid, alg })) };
  const made = await access.must('POST', '/clients', {
    client_id: id,
    ...CAST[part],
    ...(jwks ? { jwks } : {}),
  });
  if (part === 'off') await access.must('POST', `/clients/${id}/disable`);
  const secret = made['client_secret'] as string | undefined;
  const scopes = part.startsWith('ambit-') ? scopesOfRole(part) : (SCOPES[part] ?? []);
  const client: LiveClient = {
    id,
    scopes,
    ...(secret === undefined ? {} : { secret }),
    ...(keys ? { keys } : {}),
  };
  world.cast.set(part, client);
  world.suspects.delete(part);
}

/** Gets the admin token of a part that has one, and the bound one where it is the admin's; false without one. */
async function letSpeak(world: World, part: Part): Promise<boolean> {
  const client = world.cast.get(part);
  if (!part.startsWith('ambit-') || !client) return true;
  const token = await obtain(world, client, false);
  if (!token) return false;
  world.adminTokens.set(part, token);
  if (part === 'ambit-admin') {
    const bound = await obtain(world, client, true);
    if (bound) world.adminTokens.set(BOUND, bound);
  }
  return true;
}

async function obtain(
  world: World,
  client: LiveClient,
  bound: boolean,
): Promise<LiveToken | undefined> {
  const { stranger: key } = world.keys;
  const path = '/oauth2/token';
  const iat = Math.floor(Date.now() / 1000);
  const jti = createHash('sha256')
    .update(`${client.id}${String(performance.now())}`)
    .digest('hex');
  const header = { alg: key.alg, typ: 'dpop+jwt', jwk: { ...key.jwk } };
  const proof = signJwt(header, { htm: 'POST', htu: world.issuer + path, jti, iat }, key);
  const credential = { client_id: client.id, client_secret: client.secret ?? '' };
  const parameters = { grant_type: 'client_credentials', scope: client.scopes.join(' ') };
  const { status, body } = await post(
    world.issuer + path,
    credential,
    parameters,
    bound ? { dpop: proof } : {},
  );
  if (status !== 200) return undefined;
  return {
    value: String(body['access_token']),
    client: client.id,
    audience: `${world.issuer}/admin`,
    scopes: client.scopes,
    ...(bound ? { key } : {}),
  };
}

/**
 * Makes the catalog of the world the active one. Whoever acts for others in it, and was given a role over Ambit while another one
 * was active, is in its way and goes.
 */
async function restoreCatalog(access: Access, world: World): Promise<void> {
  const path = `/catalog/versions/${String(world.base.version)}/activate`;
  for (;;) {
    const { status, body } = await access.ask('POST', path, {});
    if (status < 300) return;
    const [, id] = /^`([^`]+)` is a delegation actor/.exec(String(body['detail'])) ?? [];
    if (id === undefined) throw new Error(`${path}: ${JSON.stringify(body)}`);
    await access.must('DELETE', `/clients/${id}`);
    for (const [part, client] of world.cast) if (client.id === id) world.suspects.add(part);
  }
}

/** Puts right what the requests have broken, so that those to come find a world in which much still works. */
export async function mend(access: Access, world: World, take: number): Promise<void> {
  await restoreCatalog(access, world);
  await Promise.all(
    PARTS.filter((part) => part !== 'bot' && part !== 'off').map(async (part) => {
      if (world.suspects.has(part)) await play(access, world, part, take);
      const mute = part.startsWith('ambit-') && !world.adminTokens.has(part);
      if (!mute || (await letSpeak(world, part))) return;
      await play(access, world, part, take);
      await letSpeak(world, part);
    }),
  );
}

/** Takes down what a round has put up, as far as it can be: clients, and keys that sign no more. */
export async function takeDown(access: Access, world: World): Promise<void> {
  const ids = [...world.cast.values(), ...world.clients].map(({ id }) => id);
  await Promise.all([...new Set(ids)].map((id) => access.ask('DELETE', `/clients/${id}`)));
  const { items } = await access.must('GET', '/keys?limit=500');
  const retired = (items as { kid: string; state: string }[]).filter(
    ({ state }) => state === 'retired',
  );
  for (const { kid } of retired.slice(20)) await access.ask('POST', '/revocations', { key: kid });
}
