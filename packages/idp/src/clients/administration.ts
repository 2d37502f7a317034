import {
  ADMIN_ROLE,
  decideAdminRemoval,
  err,
  isAdminRole,
  isHeld,
  isLiveAdmin,
  ok,
} from '@ambit/scope-catalog';
import type { GovernanceRefusalOf, Principal, Result } from '@ambit/scope-catalog';
import { isLiveSecret } from './client.ts';
import type { Client } from './client.ts';

/** Whether a client could get a token if it asked now: what makes an admin one that can govern. */
export const canAuthenticate = (client: Client, now: number): boolean =>
  client.enabled &&
  (client.auth !== 'secret' || client.secrets.some((secret) => isLiveSecret(secret, now)));

/**
 * Decides whether a change may take what it takes from the admins.
 *
 * One admin must remain who can authenticate; and if there was one for good, then one for good, or the last of them
 * could be given an end date and everybody be locked out at midnight. `next` is the client as the change would leave
 * it, absent when it would be gone or its new credential has proved nothing yet.
 */
export function decideLastAdmin(
  admins: readonly Client[],
  changed: Client,
  next: Client | undefined,
  now: number,
): Result<void, GovernanceRefusalOf<'governance.last_admin'>> {
  const isLive = (client: Client) => canAuthenticate(client, now) && isLiveAdmin(client, now);
  const isLasting = (client: Client) =>
    isLive(client) &&
    client.assignments.some(({ role, until }) => isAdminRole(role) && until === undefined);
  for (const counts of [isLive, isLasting]) {
    if (next !== undefined && counts(next)) continue;
    const liveAdmins = admins.filter(counts).map(({ clientId }) => clientId);
    const decision = decideAdminRemoval({ liveAdmins, removed: changed.clientId });
    if (!decision.ok) return decision;
  }
  return ok(undefined);
}

/** Reads the admins a {@link decideLastAdmin} is about. */
export const listAdmins = (clients: {
  listByRole(role: string): Promise<readonly Client[]>;
}): Promise<readonly Client[]> => clients.listByRole(ADMIN_ROLE);

/**
 * Decides whether an actor may disable a client.
 *
 * In an incident a responder must be able to stop any client at once, an editor too; but not an admin, or one stolen
 * responder could leave nobody to undo what it does.
 */
export function decideDisabling(
  actor: Principal,
  target: Principal,
  now: number,
): Result<void, GovernanceRefusalOf<'governance.privileged_client'>> {
  const holdsAdmin = target.assignments.some((held) => isAdminRole(held.role) && isHeld(held, now));
  return holdsAdmin && !isLiveAdmin(actor, now)
    ? err({ code: 'governance.privileged_client', clientId: target.clientId })
    : ok(undefined);
}
