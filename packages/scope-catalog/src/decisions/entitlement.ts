import type { CompiledCatalog } from '../compiled-catalog.ts';
import type { Principal, RoleAssignment } from '../principal.ts';

/** Whether an assignment holds at one moment; `until` is the first moment at which it does not. */
export const isHeld = (assignment: RoleAssignment, now: number): boolean =>
  assignment.until === undefined || now < assignment.until;

/**
 * Whether a principal may be granted a scope: one of its live roles grants it in this version.
 *
 * Costs one look-up per assignment, whatever the size of the catalog.
 */
export function isEntitled(
  catalog: CompiledCatalog,
  principal: Principal,
  scope: string,
  now: number,
): boolean {
  if (!principal.enabled) return false;
  for (const assignment of principal.assignments) {
    if (isHeld(assignment, now) && catalog.roles.get(assignment.role)?.scopes.has(scope) === true) {
      return true;
    }
  }
  return false;
}

/**
 * The union of the scopes of a principal's live roles in one version, retired scopes included.
 *
 * A disabled principal is entitled to nothing; a role that the version lacks lies dormant and grants nothing.
 */
export function entitledScopes(
  catalog: CompiledCatalog,
  principal: Principal,
  now: number,
): ReadonlySet<string> {
  return new Set(eachEntitledScope(catalog, principal, now));
}

/** The scopes that a principal is entitled to, one by one; what two roles grant comes twice. */
export function* eachEntitledScope(
  catalog: CompiledCatalog,
  principal: Principal,
  now: number,
): Generator<string, void> {
  if (!principal.enabled) return;
  for (const assignment of principal.assignments) {
    const role = isHeld(assignment, now) ? catalog.roles.get(assignment.role) : undefined;
    if (role !== undefined) yield* role.scopes;
  }
}
