import {
  decideAssignment,
  decideSeparation,
  decideUnassignment,
  err,
  ok,
  present,
} from '@ambit/scope-catalog';
import type { GovernanceRefusalOf, Result, RoleAssignment } from '@ambit/scope-catalog';
import type { Actor } from '../actor.ts';
import type { Change, Changes } from '../change.ts';
import { decideLastAdmin, listAdmins } from './administration.ts';
import type { Client } from './client.ts';
import { attemptOn, loadClient, storeClient } from './client-change.ts';
import type { ExistingClientRefusal, RoleRefusal } from './refusals.ts';

/** The most roles one client can hold. */
export const ASSIGNMENTS_MAX = 100;

/** Why an assignment is refused, whatever else its client holds. */
type NewAssignmentRefusal =
  | GovernanceRefusalOf<'role.unknown' | 'governance.reserved_role' | 'governance.self_assignment'>
  | RoleRefusalOf<'role.until_past'>;
type RoleRefusalOf<C extends RoleRefusal['code']> = Extract<RoleRefusal, { readonly code: C }>;
type AssignRefusal =
  | ExistingClientRefusal
  | NewAssignmentRefusal
  | RoleRefusalOf<'role.too_many'>
  | GovernanceRefusalOf<'governance.acts_for_others' | 'governance.last_admin'>;
type UnassignRefusal =
  | ExistingClientRefusal
  | RoleRefusalOf<'role.not_assigned'>
  | GovernanceRefusalOf<'governance.reserved_role' | 'governance.last_admin'>;

/** Assigns roles to clients and takes them away; nobody lifts themselves by it. */
export interface RoleAssignments {
  /** Assigns a role for good or until a time (ms); assigning it again replaces the time. */
  assignRole(
    clientId: string,
    role: string,
    until: number | undefined,
    actor: Actor,
    expectedRevision?: number,
  ): Promise<Result<Client, AssignRefusal>>;
  unassignRole(
    clientId: string,
    role: string,
    actor: Actor,
    expectedRevision?: number,
  ): Promise<Result<Client, UnassignRefusal>>;
}

/** Decides whether an actor may give a client an assignment, whatever else it holds. */
export function decideNewAssignment(
  { actor, active, now }: Change,
  clientId: string,
  { role, until }: RoleAssignment,
): Result<void, NewAssignmentRefusal> {
  const allowed = decideAssignment({
    actor,
    target: clientId,
    role,
    catalog: active.compiled,
    now,
  });
  if (!allowed.ok) return allowed;
  return until !== undefined && until <= now
    ? err({ code: 'role.until_past', until })
    : ok(undefined);
}

/** Makes the part of the client service that assigns roles. */
export function createRoleAssignments(deps: { readonly changes: Changes }): RoleAssignments {
  return {
    assignRole: (clientId, role, until, actor, expectedRevision) =>
      deps.changes<Client, AssignRefusal>(
        actor,
        attemptOn(clientId, 'role.assigned', 'ambit.role:assign'),
        async (change) => {
          const { tx, now, active } = change;
          const assignment = { role, ...present({ until }) };
          const assignable = decideNewAssignment(change, clientId, assignment);
          if (!assignable.ok) return assignable;
          const found = await loadClient(change, clientId, expectedRevision);
          if (!found.ok) return found;
          const before = found.value;
          const next = { ...before, assignments: withAssignment(before, assignment) };
          if (next.assignments.length > ASSIGNMENTS_MAX) {
            return err({ code: 'role.too_many', most: ASSIGNMENTS_MAX });
          }
          const separate = decideSeparation(next, active.compiled, now);
          if (!separate.ok) return separate;
          const kept = decideLastAdmin(await listAdmins(tx.clients), before, next, now);
          if (!kept.ok) return kept;
          await tx.clients.putAssignment(clientId, assignment);
          return ok(
            await storeClient(change, next, {
              before: { roles: before.assignments },
              after: { roles: next.assignments, assigned: assignment },
            }),
          );
        },
      ),

    unassignRole: (clientId, role, actor, expectedRevision) =>
      deps.changes<Client, UnassignRefusal>(
        actor,
        attemptOn(clientId, 'role.unassigned', 'ambit.role:assign'),
        async (change) => {
          const { tx, now } = change;
          const allowed = decideUnassignment({ actor: change.actor, role, now });
          if (!allowed.ok) return allowed;
          const found = await loadClient(change, clientId, expectedRevision);
          if (!found.ok) return found;
          const before = found.value;
          if (!before.assignments.some((held) => held.role === role)) {
            return err({ code: 'role.not_assigned', clientId, role });
          }
          const next = { ...before, assignments: withoutRole(before, role) };
          const kept = decideLastAdmin(await listAdmins(tx.clients), before, next, now);
          if (!kept.ok) return kept;
          await tx.clients.deleteAssignment(clientId, role);
          return ok(
            await storeClient(change, next, {
              before: { roles: before.assignments },
              after: { roles: next.assignments, unassigned: role },
            }),
          );
        },
      ),
  };
}

const withoutRole = (client: Client, role: string): readonly RoleAssignment[] =>
  client.assignments.filter((held) => held.role !== role);

const withAssignment = (client: Client, assignment: RoleAssignment): readonly RoleAssignment[] =>
  [...withoutRole(client, assignment.role), assignment].sort((a, b) => (a.role < b.role ? -1 : 1));
