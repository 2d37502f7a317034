import type { DelegationEntry, ResourceServerEntry } from '@ambit/scope-catalog';
import { audienceOf, benchCatalog, BENCH_ROLE, benchServer, scopeNames } from './bench-catalog.ts';
import type { SeedPlan } from './seed-home.ts';

/** How deep the chain of an exchange plan is. */
export const CHAIN_DEPTH = 4;

/** The client that gets the root of a chain, for itself. */
export const CALLER = 'caller';

/** The client that makes the exchange of a certain depth: a credential of the server that the token above is for. */
export const actorAt = (depth: number): string => `actor-${String(depth)}`;

/** Whom the token of a certain depth is for; the root is for the server of ES256 of every bench catalog. */
export const audienceAt = (depth: number): string =>
  depth === 0 ? audienceOf('ES256') : `https://${serverAt(depth)}.bench.example`;

/** What the token of a certain depth carries: two scopes, as every token of the bench does. */
export const scopesAt = (depth: number): readonly string[] =>
  [0, 1].map((action) => `${depth === 0 ? 'es256-0' : serverAt(depth)}:action-${String(action)}`);

/**
 * A home for a chain of exchanges. A rule grants each of them, by a role of its actor, which is entitled to nothing by
 * itself.
 *
 * Of the rules beyond those of the chain, half name the first actor too and half others, all of them for scopes that no
 * token of the chain carries below its root.
 */
export function exchangePlan(rules: number): SeedPlan {
  const plain = benchCatalog(100);
  const depths = Array.from({ length: CHAIN_DEPTH }, (_, index) => index + 1);
  const roles = depths.map((depth) => [roleAt(depth), { description: 'Acts for others' }]);
  return {
    name: `${String(rules)}-rules`,
    catalog: {
      ...plain,
      resourceServers: { ...plain.resourceServers, ...Object.fromEntries(depths.map(chainServer)) },
      roles: { ...plain.roles, ...Object.fromEntries(roles) },
      delegation: [
        ...depths.map(chainRule),
        ...otherRules(rules - CHAIN_DEPTH, scopeNames(plain, 'ES256')),
      ],
    },
    clients: [
      { clientId: CALLER, assignments: [{ role: BENCH_ROLE }] },
      ...depths.map((depth) => ({
        clientId: actorAt(depth),
        assignments: [{ role: roleAt(depth) }],
        resourceServers: [{ name: serverAt(depth - 1), audience: audienceAt(depth - 1) }],
      })),
    ],
  };
}

const serverAt = (depth: number): string => (depth === 0 ? 'es256' : `hop-${String(depth)}`);
const roleAt = (depth: number): string => `acting-${String(depth)}`;

function chainServer(depth: number): [name: string, entry: ResourceServerEntry] {
  const name = serverAt(depth);
  return [name, benchServer('ES256', audienceAt(depth), [name])];
}

const chainRule = (depth: number): DelegationEntry => ({
  actor: { role: roleAt(depth) },
  holding: scopesAt(depth - 1),
  may: scopesAt(depth),
});

/** Rules that all differ, as long as they are not more than twice the square of the scopes. */
const otherRules = (count: number, scopes: readonly string[]): DelegationEntry[] =>
  Array.from({ length: count }, (_, index) => ({
    actor: index % 2 === 0 ? { role: roleAt(1) } : { client: `other-${String(index)}` },
    holding: [scopeAt(scopes, index)],
    may: [scopeAt(scopes, Math.floor(index / scopes.length))],
  }));

const scopeAt = (scopes: readonly string[], index: number): string =>
  scopes[index % scopes.length] ?? '';
