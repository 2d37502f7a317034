import { isAdminRole, isReservedRole } from '../built-in.ts';
import type { CompiledCatalog } from '../compiled-catalog.ts';
import type { Principal } from '../principal.ts';
import { err, ok } from '../result.ts';
import type { Result } from '../result.ts';
import { suggestNames } from '../suggest-names.ts';
import { isHeld } from './entitlement.ts';

/** What is about to be done to a client: disabling it, or anything else. */
export type ClientChange = 'change' | 'disable';

/** How a client comes by power that others lend it. */
export type ActsAs = 'delegation_actor' | 'federated';

/** Why a change is refused that would lift somebody, or leave nobody to govern. */
export type GovernanceRefusal =
  | { readonly code: 'role.unknown'; readonly role: string; readonly near: readonly string[] }
  | { readonly code: 'governance.reserved_role'; readonly role: string }
  | { readonly code: 'governance.self_assignment'; readonly role: string }
  | { readonly code: 'governance.privileged_client'; readonly clientId: string }
  | {
      readonly code: 'governance.acts_for_others';
      readonly clientId: string;
      readonly as: ActsAs;
    }
  | { readonly code: 'governance.last_admin'; readonly clientId: string }
  | { readonly code: 'catalog.publisher_gains'; readonly scopes: readonly string[] };

/** The refusals that one decision can give. */
export type GovernanceRefusalOf<C extends GovernanceRefusal['code']> = Extract<
  GovernanceRefusal,
  { readonly code: C }
>;

/** Whether a client may do everything now: enabled, with a live assignment of `ambit-admin`. */
export const isLiveAdmin = (client: Principal, now: number): boolean =>
  client.enabled && client.assignments.some((held) => isAdminRole(held.role) && isHeld(held, now));

/**
 * Whether a client has power over Ambit itself; being disabled does not take it away, since it may be enabled again.
 */
export const holdsReservedRole = (client: Pick<Principal, 'assignments'>, now: number): boolean =>
  client.assignments.some((held) => isReservedRole(held.role) && isHeld(held, now));

/**
 * Decides whether an actor may assign a role to the client called `target`.
 *
 * An admin may assign every role, to itself too; nobody else assigns `ambit-*` roles, nor anything to itself. Whether
 * the target may be touched at all is for {@link decideClientChange}, and whether it may hold the role for
 * {@link decideSeparation}.
 */
export function decideAssignment({
  actor,
  target,
  role,
  catalog,
  now,
}: {
  readonly actor: Principal;
  readonly target: string;
  readonly role: string;
  readonly catalog: CompiledCatalog;
  readonly now: number;
}): Result<
  void,
  GovernanceRefusalOf<'role.unknown' | 'governance.reserved_role' | 'governance.self_assignment'>
> {
  const reserved = decideUnassignment({ actor, role, now });
  if (!reserved.ok) return reserved;
  if (!isLiveAdmin(actor, now) && actor.clientId === target) {
    return err({ code: 'governance.self_assignment', role });
  }
  return catalog.roles.has(role)
    ? ok(undefined)
    : err({ code: 'role.unknown', role, near: suggestNames(role, catalog.roles.keys()) });
}

/**
 * Decides whether an actor may take a role from a client: `ambit-*` roles are for admins alone. Roles that the catalog
 * no longer has can be taken too.
 */
export function decideUnassignment({
  actor,
  role,
  now,
}: {
  readonly actor: Principal;
  readonly role: string;
  readonly now: number;
}): Result<void, GovernanceRefusalOf<'governance.reserved_role'>> {
  return isReservedRole(role) && !isLiveAdmin(actor, now)
    ? err({ code: 'governance.reserved_role', role })
    : ok(undefined);
}

/**
 * Decides whether an actor may change a client, its roles and credentials included.
 *
 * Whoever could set the credentials of a client that holds an `ambit-*` role could become it, so that is for admins
 * alone; only disabling is not, so that an incident need not wait for one.
 */
export function decideClientChange({
  actor,
  target,
  change,
  now,
}: {
  readonly actor: Principal;
  readonly target: Principal;
  readonly change: ClientChange;
  readonly now: number;
}): Result<void, GovernanceRefusalOf<'governance.privileged_client'>> {
  return change === 'disable' || !holdsReservedRole(target, now) || isLiveAdmin(actor, now)
    ? ok(undefined)
    : err({ code: 'governance.privileged_client', clientId: target.clientId });
}

/**
 * Decides whether a client, with the roles and the federation it is to have, keeps power over Ambit apart from power
 * lent by others.
 *
 * A delegation actor carries the authority of whoever called it, and a federated client that of whoever runs a workload
 * elsewhere; neither holds an `ambit-*` role, whoever would give it, or that role could be lent to them.
 */
export function decideSeparation(
  client: Pick<Principal, 'clientId' | 'assignments'> & { readonly federatedIssuer?: string },
  catalog: CompiledCatalog,
  now: number,
): Result<void, GovernanceRefusalOf<'governance.acts_for_others'>> {
  if (!holdsReservedRole(client, now)) return ok(undefined);
  const { clientId } = client;
  const refuse = (as: ActsAs) => err({ code: 'governance.acts_for_others' as const, clientId, as });
  if (client.federatedIssuer !== undefined || isFederated(catalog, clientId)) {
    return refuse('federated');
  }
  const acts = catalog.delegation.some(({ actor }) =>
    'client' in actor
      ? actor.client === clientId
      : client.assignments.some((held) => held.role === actor.role && isHeld(held, now)),
  );
  return acts ? refuse('delegation_actor') : ok(undefined);
}

/**
 * Decides whether an actor may make a catalog the active one, by publishing or rolling back.
 *
 * Nobody but an admin may gain by it; and whoever publishes, {@link decideSeparation} must hold for every client under
 * the new catalog. `clients` are all of them, or at least those that hold an `ambit-*` role.
 */
export function decidePublish({
  actor,
  plan,
  catalog,
  clients,
  now,
}: {
  readonly actor: Principal;
  readonly plan: { readonly publisherGains: readonly string[] };
  readonly catalog: CompiledCatalog;
  readonly clients: Iterable<Principal>;
  readonly now: number;
}): Result<void, GovernanceRefusalOf<'catalog.publisher_gains' | 'governance.acts_for_others'>> {
  if (plan.publisherGains.length > 0 && !isLiveAdmin(actor, now)) {
    return err({ code: 'catalog.publisher_gains', scopes: plan.publisherGains });
  }
  for (const client of clients) {
    const separate = decideSeparation(client, catalog, now);
    if (!separate.ok) return separate;
  }
  return ok(undefined);
}

/**
 * Decides whether a client may cease to be an admin, by losing the role, being disabled or deleted: the last live one
 * stays, or nobody could govern. `liveAdmins` are those before the change.
 */
export function decideAdminRemoval({
  liveAdmins,
  removed,
}: {
  readonly liveAdmins: readonly string[];
  readonly removed: string;
}): Result<void, GovernanceRefusalOf<'governance.last_admin'>> {
  const isLast = liveAdmins.includes(removed) && liveAdmins.every((admin) => admin === removed);
  return isLast ? err({ code: 'governance.last_admin', clientId: removed }) : ok(undefined);
}

const isFederated = (catalog: CompiledCatalog, clientId: string): boolean =>
  [...catalog.federation.values()].some(({ rules }) =>
    rules.some(({ client }) => client === clientId),
  );
