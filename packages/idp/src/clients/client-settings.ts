import {
  entitledScopes,
  err,
  isReservedName,
  ok,
  present,
  scopeState,
  suggestNames,
} from '@ambit/scope-catalog';
import type {
  CompiledCatalog,
  RoleAssignment,
  Result,
  ScopePolicy,
  SigningAlg,
} from '@ambit/scope-catalog';
import type { Client, ClientAuth, PublicJwks, ResourceServerBinding } from './client.ts';
import { validatePublicJwks } from './public-jwks.ts';
import type { CredentialField, SettingsRefusal } from './refusals.ts';

/** What an admin sets about a client, resource servers by name. */
export interface ClientSettings {
  readonly auth: ClientAuth;
  readonly resourceServers: readonly string[];
  readonly defaultScopes: readonly string[];
  readonly scopePolicy: ScopePolicy;
  readonly jwks: PublicJwks;
  readonly tlsSubjectDn: string;
  readonly tlsSanDns: string;
  readonly tlsSanUri: string;
  readonly federatedIssuer: string;
  readonly introspectionAlg: SigningAlg;
}

/** A change of settings: what is absent stays, `null` takes an optional one away. */
export type ClientPatch = {
  readonly [K in keyof ClientSettings]?:
    ClientSettings[K] | (K extends OptionalSetting ? null : never) | undefined;
};

type OptionalSetting = CredentialSetting | 'introspectionAlg';
type CredentialSetting = Exclude<CredentialField, 'secret'>;

/** The part of a client that its settings make up. */
export type SettledClient = Pick<Client, keyof ClientSettings>;

interface Holder {
  readonly clientId: string;
  readonly assignments: readonly RoleAssignment[];
}

/** Settings that prove who a client is. */
export const CREDENTIAL_SETTINGS = [
  'jwks',
  'tlsSubjectDn',
  'tlsSanDns',
  'tlsSanUri',
  'federatedIssuer',
] as const satisfies readonly CredentialSetting[];

/** Whether a change touches how the client proves who it is. */
export const touchesCredentials = (patch: ClientPatch): boolean =>
  patch.auth !== undefined || CREDENTIAL_SETTINGS.some((field) => patch[field] !== undefined);

/**
 * Applies a change of settings, or says why the client cannot be so.
 *
 * Only what is touched is checked: a client whose default scopes a later catalog version has broken can still be
 * given a new key. Resource servers bind to name and audience of the active version; naming one again binds it anew.
 */
export function applySettings<C extends SettledClient & Holder>(
  before: C,
  patch: ClientPatch,
  catalog: CompiledCatalog,
  now: number,
): Result<C, SettingsRefusal> {
  const bindings = bindResourceServers(patch.resourceServers, catalog);
  if (!bindings.ok) return bindings;
  const after = merge(before, patch, bindings.value);
  const credentials = touchesCredentials(patch)
    ? validateCredentials(after, catalog)
    : ok(undefined);
  if (!credentials.ok) return credentials;
  if (after.introspectionAlg !== undefined && after.resourceServers.length === 0) {
    return err({ code: 'client.introspection_alg_alone' });
  }
  const defaults = validateDefaultScopes(patch.defaultScopes ?? [], before, catalog, now);
  return defaults.ok ? ok(after) : defaults;
}

function bindResourceServers(
  names: readonly string[] | undefined,
  catalog: CompiledCatalog,
): Result<readonly ResourceServerBinding[] | undefined, SettingsRefusal> {
  if (names === undefined) return ok(undefined);
  const bindings: ResourceServerBinding[] = [];
  for (const name of new Set(names)) {
    if (isReservedName(name)) return err({ code: 'client.resource_server_reserved', name });
    const server = catalog.resourceServers.get(name);
    if (server === undefined) {
      const near = suggestNames(name, catalog.resourceServers.keys());
      return err({ code: 'client.resource_server_unknown', name, near });
    }
    bindings.push({ name, audience: server.audience });
  }
  return ok(bindings);
}

function merge<C extends SettledClient>(
  before: C,
  patch: ClientPatch,
  bindings: readonly ResourceServerBinding[] | undefined,
): C {
  const merged: Record<string, unknown> = {
    ...before,
    ...present({ resourceServers: bindings }),
  };
  const { resourceServers: _bound, ...plain } = patch;
  for (const [field, value] of Object.entries(plain)) {
    if (value === null) {
      Reflect.deleteProperty(merged, field);
    } else if (value !== undefined) {
      merged[field] = Array.isArray(value) ? [...new Set(value)] : value;
    }
  }
  return merged as unknown as C;
}

/** Which credential settings each way of authenticating takes; `tls_client_auth` takes one of its three. */
const TAKES: Readonly<Record<ClientAuth, readonly CredentialSetting[]>> = {
  secret: [],
  private_key_jwt: ['jwks'],
  tls_client_auth: ['tlsSubjectDn', 'tlsSanDns', 'tlsSanUri'],
  self_signed_tls_client_auth: ['jwks'],
  none: ['federatedIssuer'],
};

function validateCredentials(
  client: SettledClient,
  catalog: CompiledCatalog,
): Result<void, SettingsRefusal> {
  const { auth } = client;
  const given = CREDENTIAL_SETTINGS.filter((field) => client[field] !== undefined);
  const foreign = given.find((field) => !TAKES[auth].includes(field));
  if (foreign !== undefined) return err({ code: 'client.setting_foreign', auth, field: foreign });
  const [needed] = TAKES[auth];
  if (needed !== undefined && given.length === 0) {
    return err({ code: 'client.setting_missing', auth, field: needed });
  }
  if (given.length > 1) return err({ code: 'client.tls_subject_ambiguous' }); // RFC 8705 §2.1.2
  if (client.federatedIssuer !== undefined && !catalog.federation.has(client.federatedIssuer)) {
    return err({
      code: 'client.federation_unknown',
      issuer: client.federatedIssuer,
      known: [...catalog.federation.keys()],
    });
  }
  return client.jwks === undefined
    ? ok(undefined)
    : validatePublicJwks(client.jwks, { certificates: auth === 'self_signed_tls_client_auth' });
}

function validateDefaultScopes(
  scopes: readonly string[],
  holder: Holder,
  catalog: CompiledCatalog,
  now: number,
): Result<void, SettingsRefusal> {
  if (scopes.length === 0) return ok(undefined);
  const entitled = entitledScopes(catalog, { ...holder, enabled: true }, now);
  const audiences = new Set<string>();
  for (const scope of scopes) {
    const known = catalog.scopes.get(scope);
    if (known === undefined) {
      return err({
        code: 'client.default_scope_unknown',
        scope,
        near: suggestNames(scope, entitled),
      });
    }
    if (scopeState(known, now) === 'retired') {
      return err({ code: 'client.default_scope_retired', scope });
    }
    if (!entitled.has(scope)) return err({ code: 'client.default_scope_not_entitled', scope });
    audiences.add(known.audience);
  }
  return audiences.size > 1
    ? err({ code: 'client.default_scopes_of_two_audiences', audiences: [...audiences] })
    : ok(undefined);
}
