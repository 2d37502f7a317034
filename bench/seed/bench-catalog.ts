import type { CatalogDocument, ResourceEntry, ResourceServerEntry } from '@ambit/scope-catalog';

/** The algorithms that are measured, each on a resource server of its own. */
export const BENCH_ALGS = ['ES256', 'EdDSA', 'RS256'] as const;
export type BenchAlg = (typeof BENCH_ALGS)[number];

/** How long every token of the bench lives: longer than a run, so that none expires under way. */
export const LIFETIME_SECONDS = 3600;

/** The role every client of the bench holds: all scopes there are, the most a decision can have to look through. */
export const BENCH_ROLE = 'everything';

const SCOPES_PER_RESOURCE = 10;
const RESOURCES_OF_A_SMALL_SERVER = 1;

export const audienceOf = (alg: BenchAlg): string => `https://${alg.toLowerCase()}.bench.example`;

/**
 * A catalog with a number of scopes, a multiple of ten: one resource for each server, and the rest for that of ES256.
 */
export function benchCatalog(scopes: number): CatalogDocument {
  const resources = scopes / SCOPES_PER_RESOURCE;
  const largest = resources - RESOURCES_OF_A_SMALL_SERVER * (BENCH_ALGS.length - 1);
  const servers = BENCH_ALGS.map((alg) => {
    const names = resourceNames(alg, alg === 'ES256' ? largest : RESOURCES_OF_A_SMALL_SERVER);
    return { alg, names };
  });
  return {
    catalog: 'bench',
    resourceServers: Object.fromEntries(
      servers.map(({ alg, names }) => [
        alg.toLowerCase(),
        benchServer(alg, audienceOf(alg), names),
      ]),
    ),
    roles: {
      [BENCH_ROLE]: {
        description: 'All there is',
        scopes: servers.flatMap(({ names }) => names.map((name) => `${name}:*`)),
      },
    },
  };
}

/** A resource server that takes tokens of one algorithm, with ten scopes for each of its resources. */
export const benchServer = (
  alg: BenchAlg,
  audience: string,
  resources: readonly string[],
): ResourceServerEntry => ({
  audience,
  description: `Takes tokens signed with ${alg}`,
  owner: 'bench',
  accessToken: { lifetimeSeconds: LIFETIME_SECONDS, signingAlg: alg },
  resources: Object.fromEntries(resources.map((name) => [name, benchResource(name)])),
});

/** The names of the scopes of one server, in the order of the catalog. */
export const scopeNames = (catalog: CatalogDocument, alg: BenchAlg): readonly string[] =>
  Object.entries(catalog.resourceServers[alg.toLowerCase()]?.resources ?? {}).flatMap(
    ([resource, { actions }]) => Object.keys(actions).map((action) => `${resource}:${action}`),
  );

const resourceNames = (alg: BenchAlg, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${alg.toLowerCase()}-${String(index)}`);

const benchResource = (name: string): ResourceEntry => ({
  description: `Resource ${name}`,
  actions: Object.fromEntries(
    Array.from({ length: SCOPES_PER_RESOURCE }, (_, index) => [
      `action-${String(index)}`,
      { description: `Action ${String(index)} of ${name}` },
    ]),
  ),
});
