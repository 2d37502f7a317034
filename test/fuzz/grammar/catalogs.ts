import { stringify } from 'yaml';
import type { Dice } from '../dice.ts';
import { mangle } from './json.ts';
import type { Json } from './json.ts';
import type { OwnKeys } from './keys.ts';
import { oddText, word } from './texts.ts';

type Members = { [name: string]: Json };

/** Issuers of workloads: one whose keys are in the catalog, and one that nobody can reach. */
export const ISSUERS = { works: 'https://works.example', down: 'http://127.0.0.1:1' } as const;

const action = (description: string, more: Members = {}): Json => ({ description, ...more });
const server = (audience: string, resources: Members, accessToken: Members = {}): Json => ({
  audience,
  description: `Behind ${audience}`,
  owner: 'fuzz',
  accessToken,
  resources: Object.fromEntries(
    Object.entries(resources).map(([name, actions]) => [name, { description: name, actions }]),
  ),
});

/** The catalog that the world rests on: a server of every kind, scopes of every state, rules of every kind. */
export const baseCatalog = (issuer: string, bot: string, { all }: OwnKeys): Members => ({
  catalog: 'fuzz',
  resourceServers: {
    'shop-api': server('https://shop.example', {
      orders: {
        read: action('See orders'),
        write: action('Change orders', { lifetimeSeconds: 120, risk: 'high' }),
        refund: action('Pay back', { deprecated: { since: '2020-01-01', sunset: '2020-06-01' } }),
        archive: action('Put away', { deprecated: { since: '2020-01-01' } }),
      },
    }),
    'stock-api': server(
      'https://stock.example',
      { stock: { read: action('See stock'), reserve: action('Set aside') } },
      { signingAlg: 'EdDSA', lifetimeSeconds: 600 },
    ),
    'vault-api': server(
      'https://vault.example',
      { cards: { charge: action('Charge') } },
      { senderConstrained: 'dpop', signingAlg: 'PS256' },
    ),
    'cert-api': server(
      'https://cert.example',
      { certs: { sign: action('Sign') } },
      { senderConstrained: 'mtls' },
    ),
  },
  roles: {
    viewer: { description: 'Sees', scopes: ['orders:read', 'stock:read'] },
    editor: { description: 'Changes', inherits: ['viewer'], scopes: ['orders:*'] },
    cashier: { description: 'Charges', scopes: ['cards:charge', 'certs:sign'] },
    caller: { description: 'Calls', scopes: ['orders:read'] },
  },
  delegation: [
    { actor: { role: 'caller' }, holding: ['orders:read'], may: ['stock:reserve', 'cards:charge'] },
  ],
  federation: {
    works: {
      issuer: ISSUERS.works,
      audience: issuer,
      jwks: { keys: all.map(({ jwk, kid, alg }) => ({ ...jwk, kid, alg })) },
      rules: [
        { match: { sub: 'job:*' }, client: bot, scopes: ['orders:read', 'stock:read'] },
        { match: { sub: 'once:*' }, client: bot, scopes: ['orders:read'], once: true },
      ],
    },
    down: {
      issuer: ISSUERS.down,
      audience: issuer,
      rules: [{ match: { sub: 'job:*' }, client: bot, scopes: ['orders:read'] }],
    },
  },
});

/** A change that leaves a catalog sound; who gains or loses by it is another matter. */
function edit(dice: Dice, catalog: Members, admins: readonly string[]): void {
  const servers = catalog['resourceServers'] as Members;
  const roles = catalog['roles'] as Members;
  const name = `x${word(dice, 5)}`;
  const shop = (servers['shop-api'] as { resources: { orders: { actions: Members } } }).resources;
  const viewer = roles['viewer'] as { scopes: string[] };
  dice.pick<() => void>([
    () => (servers[name] = server(`https://${name}.example`, { [name]: { do: action('Do it') } })),
    () => (servers[name] = server(`urn:${name}`, { [`${name}:sub`]: { do: action('Do it') } })),
    () => (shop.orders.actions[name] = action('More', { risk: dice.pick(['low', 'medium']) })),
    () => (roles[name] = { description: 'More', inherits: ['viewer'], scopes: ['stock:*'] }),
    () => (viewer.scopes = [...new Set([...viewer.scopes, 'stock:reserve'])]),
    () => (catalog['catalog'] = name),
    () =>
      (catalog['delegation'] as Json[]).push({
        actor: { client: dice.chance(0.3) ? dice.pick(admins) : name },
        holding: ['stock:read'],
        may: ['orders:write'],
        maxDepth: 2,
      }),
    () => {
      for (let index = 0; index < 60; index += 1) {
        roles[`${name}-${String(index)}`] = { description: 'One of many', scopes: ['orders:read'] };
      }
    },
  ])();
}

/** Another sound catalog, made from one by some changes. */
export function variation(dice: Dice, base: Members, admins: readonly string[]): Members {
  const catalog = structuredClone(base);
  for (let edits = dice.below(4); edits >= 0; edits -= 1) edit(dice, catalog, admins);
  return catalog;
}

/** A catalog as text: JSON or YAML. */
export const asText = (dice: Dice, catalog: Json): string =>
  dice.chance(0.5) ? JSON.stringify(catalog) : stringify(catalog, { aliasDuplicateObjects: false });

/** A text that somebody might take for a catalog. */
export function mangledCatalog(dice: Dice, base: Members): string {
  const tree = (): Json => {
    let changed: Json = base;
    for (let times = dice.below(5); times >= 0; times -= 1) changed = mangle(dice, changed);
    return changed;
  };
  if (dice.chance(0.6)) return asText(dice, tree());
  const text = stringify(base);
  const lines = text.split('\n');
  const at = dice.below(lines.length);
  return dice.pick([
    text.slice(0, dice.below(text.length)),
    [...lines.slice(0, at), ...lines.slice(at + 1)].join('\n'),
    [...lines.slice(0, at), lines[at] ?? '', ...lines.slice(at)].join('\n'),
    [...lines.slice(0, at), `\t${oddText(dice)}`, ...lines.slice(at)].join('\n'),
    `a: &a [x]\nb: [${'*a,'.repeat(200)}]\n${text}`,
    `!!js/function "x"\n${text}`,
    `${text}\n---\n${text}`,
    `catalog: x\nresourceServers: ${'{a: '.repeat(500)}`,
    '['.repeat(5000),
    'x: '.repeat(2000),
    oddText(dice),
    '',
    `catalog: x\nresourceServers: {}\nroles:\n${Array.from({ length: 400 }, (_, i) => `  r${String(i)}: { inherits: [r${String(i + 1)}] }`).join('\n')}`,
  ]);
}
