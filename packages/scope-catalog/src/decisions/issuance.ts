import type {
  CompiledCatalog,
  CompiledResourceServer,
  CompiledScope,
} from '../compiled-catalog.ts';
import type { Principal } from '../principal.ts';
import { err, ok } from '../result.ts';
import type { Result } from '../result.ts';
import { scopeState } from '../scope-state.ts';
import { isEntitled } from './entitlement.ts';
import {
  deprecatedAmong,
  describeTooMany,
  REQUESTED_SCOPES_MAX,
  serverOfFirst,
  shortestLifetime,
} from './granting.ts';
import { refuseScopes, refuseTarget, refuseWithoutScopes } from './issuance-refusal.ts';
import type { Refused } from './issuance-refusal.ts';
import type {
  IssuanceGrant,
  IssuanceRefusal,
  IssuanceRequest,
  RefusalReason,
} from './issuance-terms.ts';

/**
 * Decides which requested scopes a client is granted, at which one resource server.
 *
 * 1. More than one `resource`, or one that no resource server has for its audience: `invalid_target` (RFC 8707 §2).
 * 2. Nothing asked and no default scopes there: `invalid_scope`, listing what could be asked for (RFC 6749 §3.3).
 * 3. More than 100 different scopes: `invalid_scope`.
 * 4. Scopes of two audiences, or foreign to the `resource`: `invalid_scope`, naming both (RFC 9068 §3).
 * 5. Each scope is granted when the version lists it, it is not retired, the client is entitled to it and no ceiling
 *    excludes it. One that is not refuses the request, unless the client's policy is partial and another one is granted.
 *
 * Granted is within requested and within entitled, and every requested scope is granted or refused, none dropped in
 * silence. Costs a few look-ups per requested scope, whatever the size of the catalog.
 */
export function decideIssuance(
  catalog: CompiledCatalog,
  principal: Principal,
  request: IssuanceRequest,
  now: number,
): Result<IssuanceGrant, IssuanceRefusal> {
  const [resource] = request.resources;
  const { ceiling } = request;
  const indicated =
    resource === undefined ? undefined : catalog.resourceServersByAudience.get(resource);
  if (request.resources.length > 1 || (resource !== undefined && indicated === undefined)) {
    return err(refuseTarget(request.resources));
  }
  const asked = scopesAsked(catalog, request, indicated);
  if (asked.size === 0) {
    return err(refuseWithoutScopes({ catalog, principal, now, server: indicated, ceiling }));
  }
  if (asked.size > REQUESTED_SCOPES_MAX) {
    const description = describeTooMany(asked.size);
    return err({ error: 'invalid_scope', description, scopeErrors: [] });
  }

  const server = indicated ?? serverOfFirst(catalog, asked);
  const granted: CompiledScope[] = [];
  const refused: Refused[] = [];
  for (const name of asked) {
    const scope = catalog.scopes.get(name);
    const reason =
      refusalOf(catalog, principal, name, scope, server, now) ??
      (ceiling?.has(name) === false ? 'beyond_rule' : undefined);
    if (reason === undefined && scope !== undefined) granted.push(scope);
    else refused.push({ name, reason: reason ?? 'unknown', scope });
  }
  const mixed = refused.some(({ reason }) => reason === 'other_audience');
  const refuses = refused.length > 0 && (mixed || request.scopePolicy === 'strict');
  const context = { catalog, principal, now, server, ceiling };
  if (server === undefined || refuses || granted.length === 0) {
    return err(refuseScopes(refused, context));
  }
  return ok({
    resourceServer: server,
    scopes: granted.map(({ name }) => name),
    refused: refused.map(({ name, reason }) => ({ scope: name, reason })),
    deprecated: deprecatedAmong(granted, now),
    lifetimeSeconds: shortestLifetime(server, granted),
  });
}

/**
 * The scopes asked for, or those that stand for nothing asked: the defaults, at the indicated server where there is
 * one.
 */
function scopesAsked(
  catalog: CompiledCatalog,
  { scopes = [], defaultScopes }: IssuanceRequest,
  indicated: CompiledResourceServer | undefined,
): ReadonlySet<string> {
  if (scopes.length > 0) return new Set(scopes);
  if (indicated === undefined) return new Set(defaultScopes);
  const isThere = (name: string): boolean =>
    catalog.scopes.get(name)?.resourceServer === indicated.name;
  const isUnknown = (name: string): boolean => !catalog.scopes.has(name);
  return defaultScopes.some(isThere)
    ? new Set(defaultScopes.filter((name) => isThere(name) || isUnknown(name)))
    : new Set();
}

function refusalOf(
  catalog: CompiledCatalog,
  principal: Principal,
  name: string,
  scope: CompiledScope | undefined,
  server: CompiledResourceServer | undefined,
  now: number,
): RefusalReason | undefined {
  if (scope === undefined) return 'unknown';
  if (scope.resourceServer !== server?.name) return 'other_audience';
  if (scopeState(scope, now) === 'retired') return 'retired';
  return isEntitled(catalog, principal, name, now) ? undefined : 'not_entitled';
}
