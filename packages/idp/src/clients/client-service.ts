import { decideSeparation, err, ok, present } from '@ambit/scope-catalog';
import type { GovernanceRefusalOf, Result } from '@ambit/scope-catalog';
import type { Actor } from '../actor.ts';
import type { ActorRefusal, Change, Changes } from '../change.ts';
import type { Storage } from '../storage.ts';
import { decideDisabling, decideLastAdmin, listAdmins } from './administration.ts';
import type { Client } from './client.ts';
import { attemptOn, auditedClient, loadClient, storeClient } from './client-change.ts';
import { validateClientName } from './client-name.ts';
import { createClientSecrets, mintSecret } from './client-secrets.ts';
import type { ClientSecrets, NewSecret, SecretMint } from './client-secrets.ts';
import { applySettings, touchesCredentials } from './client-settings.ts';
import type { ClientPatch } from './client-settings.ts';
import type {
  ClientNameRefusal,
  ExistingClientRefusal,
  RoleRefusal,
  SecretRefusal,
  SettingsRefusal,
} from './refusals.ts';
import { ASSIGNMENTS_MAX, createRoleAssignments, decideNewAssignment } from './role-assignments.ts';
import type { RoleAssignments } from './role-assignments.ts';

/** A client to register. */
export interface NewClient {
  readonly clientId: string;
  readonly settings: ClientPatch;
  readonly roles: readonly string[];
  /** For clients that authenticate with secrets alone. */
  readonly secret?: NewSecret;
}

/** A client just registered, with its secret in the clear where it has one. */
export interface RegisteredClient {
  readonly client: Client;
  readonly secret?: string;
}

type Removal = ExistingClientRefusal | GovernanceRefusalOf<'governance.last_admin'>;
type Update = Removal | GovernanceRefusalOf<'governance.acts_for_others'> | SettingsRefusal;
type Creation =
  | ActorRefusal
  | GovernanceRefusalOf<
      | 'role.unknown'
      | 'governance.reserved_role'
      | 'governance.self_assignment'
      | 'governance.acts_for_others'
    >
  | ClientNameRefusal
  | Extract<RoleRefusal, { readonly code: 'role.too_many' | 'role.until_past' }>
  | SettingsRefusal
  | Extract<SecretRefusal, { readonly code: 'secret.expiry_past' }>;

/** The life of a client from its registration to its deletion. */
export interface ClientService extends ClientSecrets, RoleAssignments {
  find(clientId: string): Promise<Client | undefined>;
  list: Storage['read']['clients']['list'];
  create(client: NewClient, actor: Actor): Promise<Result<RegisteredClient, Creation>>;
  update(
    clientId: string,
    patch: ClientPatch,
    actor: Actor,
    expectedRevision?: number,
  ): Promise<Result<Client, Update>>;
  disable(
    clientId: string,
    actor: Actor,
    expectedRevision?: number,
  ): Promise<Result<Client, Removal>>;
  enable(
    clientId: string,
    actor: Actor,
    expectedRevision?: number,
  ): Promise<Result<Client, Removal>>;
  /** Removes a client for good; its name is never given out again. */
  remove(clientId: string, actor: Actor, expectedRevision?: number): Promise<Result<void, Removal>>;
}

const BLANK = {
  enabled: true,
  secrets: [],
  revision: 0,
  auth: 'secret',
  resourceServers: [],
  defaultScopes: [],
  scopePolicy: 'strict',
} as const;

/** Makes the client service. */
export function createClientService(
  deps: SecretMint & { readonly storage: Storage; readonly changes: Changes },
): ClientService {
  const { storage, changes } = deps;

  const create = async (client: NewClient, actor: Actor) =>
    changes<RegisteredClient, Creation>(
      actor,
      attemptOn(
        client.clientId,
        'client.created',
        'ambit.client:write',
        ...(client.roles.length === 0 ? [] : ['ambit.role:assign']),
      ),
      async (change) => {
        const { tx, now } = change;
        const named = validateClientName(client.clientId);
        if (!named.ok) return named;
        if (await tx.clients.isNameTaken(client.clientId)) {
          return err({ code: 'client.name_taken', clientId: client.clientId });
        }
        const drafted = draftClient(change, client);
        if (!drafted.ok) return drafted;
        const minted =
          drafted.value.auth === 'secret'
            ? mintSecret(deps, client.clientId, client.secret ?? {}, now)
            : ok(undefined);
        if (!minted.ok) return minted;
        const secrets = minted.value === undefined ? [] : [minted.value.stored];
        const revision = await change.record(['clients'], {
          after: auditedClient({ ...drafted.value, secrets }),
        });
        const registered: Client = { ...drafted.value, secrets, revision };
        await tx.clients.insert(registered);
        return ok({
          client: registered,
          ...present({ secret: minted.value?.issued.secret }),
        });
      },
    );

  const update: ClientService['update'] = (clientId, patch, actor, expectedRevision) =>
    changes<Client, Update>(
      actor,
      attemptOn(clientId, 'client.updated', 'ambit.client:write'),
      async (change) => {
        const { tx, now, active } = change;
        const found = await loadClient(change, clientId, expectedRevision);
        if (!found.ok) return found;
        const before = found.value;
        const settled = applySettings(before, patch, active.compiled, now);
        if (!settled.ok) return settled;
        const next = settled.value;
        const separate = decideSeparation(next, active.compiled, now);
        if (!separate.ok) return separate;
        const proven = touchesCredentials(patch) ? undefined : next;
        const kept = decideLastAdmin(await listAdmins(tx.clients), before, proven, now);
        if (!kept.ok) return kept;
        const dropped = next.auth === 'secret' ? [] : before.secrets;
        for (const { id } of dropped) await tx.clients.deleteSecret(clientId, id);
        const secrets = next.auth === 'secret' ? before.secrets : [];
        return ok(await storeSettings(change, before, { ...next, secrets }));
      },
    );

  const setEnabled = (
    enabled: boolean,
    clientId: string,
    actor: Actor,
    expectedRevision: number | undefined,
  ) =>
    changes<Client, Removal>(
      actor,
      enabled
        ? attemptOn(clientId, 'client.enabled', 'ambit.client:write')
        : attemptOn(clientId, 'client.disabled', 'ambit.client:disable'),
      async (change) => {
        const kind = enabled ? 'change' : 'disable';
        const found = await loadClient(change, clientId, expectedRevision, kind);
        if (!found.ok) return found;
        const before = found.value;
        const allowed = enabled ? ok(undefined) : decideDisabling(change.actor, before, change.now);
        if (!allowed.ok) return allowed;
        if (before.enabled === enabled) return ok(before);
        const next = { ...before, enabled };
        const admins = await listAdmins(change.tx.clients);
        const kept = decideLastAdmin(admins, before, next, change.now);
        return kept.ok ? ok(await storeSettings(change, before, next)) : kept;
      },
    );

  const remove: ClientService['remove'] = (clientId, actor, expectedRevision) =>
    changes<undefined, Removal>(
      actor,
      attemptOn(clientId, 'client.deleted', 'ambit.client:write'),
      async (change) => {
        const { tx, now } = change;
        const found = await loadClient(change, clientId, expectedRevision);
        if (!found.ok) return found;
        const kept = decideLastAdmin(await listAdmins(tx.clients), found.value, undefined, now);
        if (!kept.ok) return kept;
        await change.record(['clients'], { before: auditedClient(found.value) });
        await tx.clients.delete(clientId);
        return ok(undefined);
      },
    );

  return {
    ...createClientSecrets(deps),
    ...createRoleAssignments(deps),
    find: (clientId) => storage.read.clients.find(clientId),
    list: (page) => storage.read.clients.list(page),
    create,
    update,
    disable: (clientId, actor, revision) => setEnabled(false, clientId, actor, revision),
    enable: (clientId, actor, revision) => setEnabled(true, clientId, actor, revision),
    remove,
  };
}

/** The client as it would be registered, its secrets and revision left open. */
function draftClient(
  change: Change,
  { clientId, settings, roles, secret }: NewClient,
): Result<Client, Exclude<Creation, ClientNameRefusal>> {
  const { active, now } = change;
  const assignments = [...new Set(roles)].sort().map((role) => ({ role }));
  if (assignments.length > ASSIGNMENTS_MAX) {
    return err({ code: 'role.too_many', most: ASSIGNMENTS_MAX });
  }
  for (const assignment of assignments) {
    const assignable = decideNewAssignment(change, clientId, assignment);
    if (!assignable.ok) return assignable;
  }
  const auth = settings.auth ?? (typeof settings.federatedIssuer === 'string' ? 'none' : 'secret');
  const blank: Client = { ...BLANK, clientId, assignments, createdAt: now, updatedAt: now };
  const settled = applySettings(blank, { ...settings, auth }, active.compiled, now);
  if (!settled.ok) return settled;
  if (auth !== 'secret' && secret !== undefined) {
    return err({ code: 'client.setting_foreign', auth, field: 'secret' });
  }
  const separate = decideSeparation(settled.value, active.compiled, now);
  return separate.ok ? settled : separate;
}

const storeSettings = (change: Change, before: Client, next: Client): Promise<Client> =>
  storeClient(change, next, { before: auditedClient(before), after: auditedClient(next) });
