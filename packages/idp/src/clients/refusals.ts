import type { GovernanceRefusal, GovernanceRefusalOf } from '@ambit/scope-catalog';
import type { ActorRefusal } from '../change.ts';
import type { ClientAuth } from './client.ts';

/** A setting of a client that is tied to its way of authenticating. */
export type CredentialField =
  'jwks' | 'tlsSubjectDn' | 'tlsSanDns' | 'tlsSanUri' | 'federatedIssuer' | 'secret';

/** What is wrong with a JSON Web Key Set. */
export type JwksFault =
  'private' | 'unsupported' | 'unreadable' | 'too_weak' | 'no_certificate' | 'too_large' | 'empty';

/** Why the settings of a client cannot be. */
export type SettingsRefusal =
  | {
      readonly code: 'client.setting_missing';
      readonly auth: ClientAuth;
      readonly field: CredentialField;
    }
  | {
      readonly code: 'client.setting_foreign';
      readonly auth: ClientAuth;
      readonly field: CredentialField;
    }
  | { readonly code: 'client.tls_subject_ambiguous' }
  | { readonly code: 'client.jwks_invalid'; readonly fault: JwksFault; readonly index?: number }
  | {
      readonly code: 'client.federation_unknown';
      readonly issuer: string;
      readonly known: readonly string[];
    }
  | {
      readonly code: 'client.resource_server_unknown';
      readonly name: string;
      readonly near: readonly string[];
    }
  | { readonly code: 'client.resource_server_reserved'; readonly name: string }
  | { readonly code: 'client.introspection_alg_alone' }
  | {
      readonly code: 'client.default_scope_unknown';
      readonly scope: string;
      readonly near: readonly string[];
    }
  | { readonly code: 'client.default_scope_retired'; readonly scope: string }
  | { readonly code: 'client.default_scope_not_entitled'; readonly scope: string }
  | {
      readonly code: 'client.default_scopes_of_two_audiences';
      readonly audiences: readonly string[];
    };

/** Why a secret cannot be made or revoked. */
export type SecretRefusal =
  | { readonly code: 'secret.not_found'; readonly clientId: string; readonly secretId: string }
  | { readonly code: 'secret.not_used'; readonly auth: ClientAuth }
  | { readonly code: 'secret.too_many'; readonly most: number }
  | { readonly code: 'secret.expiry_past'; readonly expiresAt: number };

/** Why a role cannot be assigned or taken away. */
export type RoleRefusal =
  | { readonly code: 'role.not_assigned'; readonly clientId: string; readonly role: string }
  | { readonly code: 'role.until_past'; readonly until: number }
  | { readonly code: 'role.too_many'; readonly most: number };

/** Why a client cannot be found, or not be changed as it stands. */
export type ClientLookupRefusal =
  | { readonly code: 'client.not_found'; readonly clientId: string }
  | { readonly code: 'client.changed'; readonly clientId: string; readonly revision: number };

/** Why a client that is there may not be touched, as far as its transaction has read. */
export type ExistingClientRefusal =
  ActorRefusal | ClientLookupRefusal | GovernanceRefusalOf<'governance.privileged_client'>;

/** Why a client cannot be registered under a name. */
export type ClientNameRefusal =
  | { readonly code: 'client.name_malformed'; readonly clientId: string }
  | { readonly code: 'client.name_reserved'; readonly clientId: string }
  | { readonly code: 'client.name_taken'; readonly clientId: string };

/** Everything a change of a client can be refused for. */
export type ClientRefusal =
  | ActorRefusal
  | GovernanceRefusal
  | ClientLookupRefusal
  | ClientNameRefusal
  | SettingsRefusal
  | SecretRefusal
  | RoleRefusal;
