import type {
  CompiledCatalog,
  CompiledResourceServer,
  CompiledScope,
} from '../compiled-catalog.ts';
import { scopeState } from '../scope-state.ts';

/** A request names at most this many different scopes. */
export const REQUESTED_SCOPES_MAX = 100;

/** Says that a request names too many scopes. */
export const describeTooMany = (count: number): string =>
  `the request names ${String(count)} scopes, more than ${String(REQUESTED_SCOPES_MAX)}`;

/**
 * The audience follows from the scopes: the resource server of the first one that the catalog
 * lists.
 */
export function serverOfFirst(
  catalog: CompiledCatalog,
  asked: Iterable<string>,
): CompiledResourceServer | undefined {
  for (const name of asked) {
    const scope = catalog.scopes.get(name);
    if (scope !== undefined) return catalog.resourceServers.get(scope.resourceServer);
  }
  return undefined;
}

/** A token lives for the shortest of its server's and its scopes' lifetimes. */
export const shortestLifetime = (
  server: CompiledResourceServer,
  scopes: readonly CompiledScope[],
): number =>
  scopes.reduce(
    (shortest, { lifetimeSeconds = shortest }) => Math.min(shortest, lifetimeSeconds),
    server.lifetimeSeconds,
  );

/** The names of the scopes that are on their way out. */
export const deprecatedAmong = (scopes: readonly CompiledScope[], now: number): string[] =>
  scopes.filter((scope) => scopeState(scope, now) === 'deprecated').map(({ name }) => name);
