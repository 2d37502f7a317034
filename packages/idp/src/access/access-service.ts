import {
  entitledScopes,
  err,
  explainDelegation,
  explainEntitlement,
  isHeld,
  isReservedRole,
  ok,
  present,
  suggestNames,
} from '@ambit/scope-catalog';
import type {
  CompiledRole,
  CompiledScope,
  DelegationExplanation,
  EntitlementExplanation,
  Result,
} from '@ambit/scope-catalog';
import type { Client } from '../clients/client.ts';
import type { ClientStore } from '../clients/ports.ts';
import type { Snapshots } from '../snapshot/snapshot.ts';

/** A client that is entitled to a scope, and the roles that make it so. */
export interface ScopeHolder {
  readonly clientId: string;
  readonly roles: readonly string[];
  /** When the last of these roles ends (ms); absent when one holds for good. */
  readonly until?: number;
}

/** A scope a client is entitled to, and the roles that make it so. */
export interface HeldScope {
  readonly scope: string;
  readonly resourceServer: string;
  readonly roles: readonly string[];
}

/** A role and how many clients it is assigned to, disabled ones included. */
export interface RoleSummary {
  readonly role: CompiledRole;
  readonly builtIn: boolean;
  readonly clients: number;
}

/** A role and the clients it is assigned to. */
export interface RoleDetail extends Omit<RoleSummary, 'clients'> {
  readonly clients: readonly {
    readonly clientId: string;
    readonly until?: number;
    readonly disabled: boolean;
  }[];
}

/** Why a question about access has no answer. */
export type AccessRefusal =
  | { readonly code: 'scope.unknown'; readonly scope: string; readonly near: readonly string[] }
  | { readonly code: 'role.not_found'; readonly role: string; readonly near: readonly string[] }
  | { readonly code: 'client.not_found'; readonly clientId: string };

/** Answers who may have what in the active version, now, and why. */
export interface AccessService {
  whoCan(scope: string): Promise<Result<readonly ScopeHolder[], AccessRefusal>>;
  whatCan(clientId: string): Promise<Result<readonly HeldScope[], AccessRefusal>>;
  explain(clientId: string, scope: string): Promise<Result<EntitlementExplanation, AccessRefusal>>;
  /** What would come of it if somebody's token, carrying what is held, were sent to a client. */
  explainDelegation(
    clientId: string,
    scope: string,
    holding: readonly string[],
  ): Promise<Result<DelegationExplanation, AccessRefusal>>;
  listRoles(): Promise<readonly RoleSummary[]>;
  findRole(role: string): Promise<Result<RoleDetail, AccessRefusal>>;
}

/** Makes the access service. */
export function createAccessService(deps: {
  readonly clients: ClientStore;
  readonly snapshots: Snapshots;
  readonly clock: () => number;
}): AccessService {
  const { clients, snapshots, clock } = deps;
  const activeCatalog = async () => (await snapshots.current()).catalog.compiled;

  return {
    async whoCan(scope) {
      const catalog = await activeCatalog();
      const listed = catalog.scopes.get(scope);
      if (listed === undefined) {
        const near = suggestNames(scope, catalog.scopes.keys());
        return err({ code: 'scope.unknown', scope, near });
      }
      const now = clock();
      if (isRetired(listed, now)) return ok([]);
      const granting = [...catalog.roles.values()].filter((role) => role.scopes.has(scope));
      const holders = new Map<string, Client>();
      for (const { name } of granting) {
        for (const client of await clients.listByRole(name)) holders.set(client.clientId, client);
      }
      const names = new Set(granting.map(({ name }) => name));
      return ok(
        [...holders.values()]
          .sort((a, b) => (a.clientId < b.clientId ? -1 : 1))
          .flatMap((client) => toHolder(client, names, now)),
      );
    },

    async whatCan(clientId) {
      const client = await clients.find(clientId);
      if (client === undefined) return err({ code: 'client.not_found', clientId });
      const catalog = await activeCatalog();
      const now = clock();
      const held = client.assignments.filter((assignment) => isHeld(assignment, now));
      return ok(
        [...entitledScopes(catalog, client, now)].sort().flatMap((scope) => {
          const listed = catalog.scopes.get(scope);
          if (listed === undefined || isRetired(listed, now)) return [];
          const roles = held
            .filter(({ role }) => catalog.roles.get(role)?.scopes.has(scope) === true)
            .map(({ role }) => role);
          return [{ scope, resourceServer: listed.resourceServer, roles }];
        }),
      );
    },

    async explain(clientId, scope) {
      const client = await clients.find(clientId);
      if (client === undefined) return err({ code: 'client.not_found', clientId });
      return ok(explainEntitlement(await activeCatalog(), client, scope, clock()));
    },

    async explainDelegation(clientId, scope, holding) {
      const client = await clients.find(clientId);
      if (client === undefined) return err({ code: 'client.not_found', clientId });
      return ok(explainDelegation(await activeCatalog(), client, scope, holding, clock()));
    },

    async listRoles() {
      const catalog = await activeCatalog();
      const counts = new Map<string, number>();
      for (const { assignments } of await clients.listForPlan()) {
        for (const { role } of assignments) counts.set(role, (counts.get(role) ?? 0) + 1);
      }
      return [...catalog.roles.values()].map((role) => ({
        role,
        builtIn: isReservedRole(role.name),
        clients: counts.get(role.name) ?? 0,
      }));
    },

    async findRole(name) {
      const { roles } = await activeCatalog();
      const role = roles.get(name);
      if (role === undefined) {
        return err({ code: 'role.not_found', role: name, near: suggestNames(name, roles.keys()) });
      }
      const holders = await clients.listByRole(name);
      return ok({
        role,
        builtIn: isReservedRole(name),
        clients: holders.map(({ clientId, enabled, assignments }) => {
          const until = assignments.find((held) => held.role === name)?.until;
          return { clientId, disabled: !enabled, ...present({ until }) };
        }),
      });
    },
  };
}

/** Whoever is entitled to a retired scope cannot have it all the same. */
const isRetired = ({ retiredFrom }: CompiledScope, now: number): boolean =>
  retiredFrom !== undefined && now >= retiredFrom;

function toHolder(client: Client, granting: ReadonlySet<string>, now: number): ScopeHolder[] {
  const held = client.assignments.filter(
    (assignment) => granting.has(assignment.role) && isHeld(assignment, now),
  );
  if (!client.enabled || held.length === 0) return [];
  const ends = held.map(({ until }) => until ?? Infinity);
  const until = Math.max(...ends);
  return [
    {
      clientId: client.clientId,
      roles: held.map(({ role }) => role),
      ...(until === Infinity ? {} : { until }),
    },
  ];
}
