import type { RoleAssignment } from '@ambit/scope-catalog';
import type { Page } from '../page.ts';
import type { Client, ClientSecret } from './client.ts';

/** What a plan needs to know of a client. */
export type PlannedClient = Pick<
  Client,
  'clientId' | 'enabled' | 'assignments' | 'defaultScopes' | 'resourceServers'
>;

/** Keeps clients with their secrets and role assignments, and every name that was ever given out. */
export interface ClientStore {
  find(clientId: string): Promise<Client | undefined>;
  /** Whether the name was ever given out; names are never reused. */
  isNameTaken(clientId: string): Promise<boolean>;
  /** By name, after `after` where given. */
  list(page: { readonly limit: number; readonly after?: string }): Promise<Page<Client>>;
  insert(client: Client): Promise<void>;
  /** Replaces everything but secrets and assignments. */
  update(client: Client): Promise<void>;
  /** Removes the client, keeping its name taken. */
  delete(clientId: string): Promise<void>;
  putAssignment(clientId: string, assignment: RoleAssignment): Promise<void>;
  deleteAssignment(clientId: string, role: string): Promise<void>;
  insertSecret(clientId: string, secret: ClientSecret): Promise<void>;
  deleteSecret(clientId: string, secretId: string): Promise<void>;
  /** Notes coarse use; no revision moves. Nothing is noted, and nothing wrong, while the store takes nothing ordinary. */
  touchSecret(clientId: string, secretId: string, lastUsedAt: number): Promise<void>;
  /** Every client, as far as a plan is concerned with it. */
  listForPlan(): Promise<readonly PlannedClient[]>;
  /** Clients holding a role, by name. */
  listByRole(role: string): Promise<readonly Client[]>;
}
