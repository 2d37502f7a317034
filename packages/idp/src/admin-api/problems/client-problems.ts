import { at, near, quote, quoted } from './problem-entry.ts';
import type { ProblemsOf } from './problem-entry.ts';

/** Wire names of the settings that problems speak of. */
const FIELDS = {
  jwks: 'jwks',
  tlsSubjectDn: 'tls_subject_dn',
  tlsSanDns: 'tls_san_dns',
  tlsSanUri: 'tls_san_uri',
  federatedIssuer: 'federated',
  secret: 'secret',
} as const;

const JWKS_FAULTS = {
  private: 'holds a private or symmetric key; register the public half alone',
  unsupported: 'is of a type or curve that is not supported',
  unreadable: 'is not a key',
  too_weak: 'is an RSA key of fewer than 2048 bits',
  no_certificate: 'lacks its certificate in `x5c`',
  too_large: 'is too large',
  empty: 'holds no key',
} as const;

/** Why a client, its secrets or roles cannot be so. */
export const CLIENT_PROBLEMS: ProblemsOf<'client' | 'secret' | 'governance' | 'role'> = {
  'governance.reserved_role': {
    status: 403,
    title: 'Role reserved to admins',
    detail: ({ role }) => `only an ambit-admin assigns or takes away ${quote(role)}`,
    hint: () => 'ask an ambit-admin',
  },
  'governance.self_assignment': {
    status: 403,
    title: 'Nobody lifts themselves',
    detail: ({ role }) => `only an ambit-admin may assign itself a role, ${quote(role)} for one`,
    hint: () => 'ask somebody else who may assign roles',
  },
  'governance.privileged_client': {
    status: 403,
    title: 'Client reserved to admins',
    detail: ({ clientId }) =>
      `${quote(clientId)} has power over Ambit itself, so only an ambit-admin may do that to it`,
    hint: () => 'ask an ambit-admin',
  },
  'governance.acts_for_others': {
    status: 403,
    title: 'Client acts for others',
    detail: ({ clientId, as }) =>
      as === 'federated'
        ? `${quote(clientId)} is federated, so it can hold no ambit-* role`
        : `${quote(clientId)} is a delegation actor of the catalog, so it can hold no ambit-* role`,
    hint: () => 'use two clients, one for each purpose',
  },
  'governance.last_admin': {
    status: 403,
    title: 'Last admin',
    detail: ({ clientId }) =>
      `${quote(clientId)} is the last live ambit-admin; without it nobody could govern`,
    hint: () => 'make another client ambit-admin first',
  },
  'client.not_found': {
    status: 404,
    title: 'No such client',
    detail: ({ clientId }) => `there is no client ${quote(clientId)}`,
  },
  'client.changed': {
    status: 412,
    title: 'Changed meanwhile',
    detail: ({ clientId }) => `${quote(clientId)} has changed since it was read`,
    hint: () => 'read it again and decide anew',
  },
  'client.name_malformed': {
    status: 422,
    title: 'Malformed name',
    detail: ({ clientId }) => `${quote(clientId)} cannot be the name of a client`,
    hint: () => 'begin with a letter or digit, go on with those, `.`, `_` or `-`, up to 64 in all',
  },
  'client.name_reserved': {
    status: 422,
    title: 'Reserved name',
    detail: ({ clientId }) => `${quote(clientId)} is reserved`,
    hint: () => 'choose a name that neither begins with `ambit` nor is `system`',
  },
  'client.name_taken': {
    status: 409,
    title: 'Name taken',
    detail: ({ clientId }) => `${quote(clientId)} is or was the name of a client`,
    hint: () => 'names are never reused, even after a deletion; choose another',
  },
  'client.setting_missing': {
    status: 422,
    title: 'Setting missing',
    detail: ({ auth, field }) =>
      `a client that authenticates by ${quote(auth)} needs ${quote(FIELDS[field])}`,
  },
  'client.setting_foreign': {
    status: 422,
    title: 'Setting out of place',
    detail: ({ auth, field }) =>
      `a client that authenticates by ${quote(auth)} takes no ${quote(FIELDS[field])}`,
    hint: () => 'set `auth` to the method that goes with it, or take the setting away',
  },
  'client.tls_subject_ambiguous': {
    status: 422,
    title: 'Ambiguous certificate subject',
    detail: () =>
      '`tls_client_auth` takes exactly one of `tls_subject_dn`, `tls_san_dns` and `tls_san_uri`',
  },
  'client.jwks_invalid': {
    status: 422,
    title: 'Unusable key set',
    detail: ({ fault, index }) =>
      index === undefined
        ? `the key set ${JWKS_FAULTS[fault]}`
        : `key ${String(index)} of the key set ${JWKS_FAULTS[fault]}`,
  },
  'client.federation_unknown': {
    status: 422,
    title: 'Unknown federation issuer',
    detail: ({ issuer }) => `the active catalog has no federation issuer ${quote(issuer)}`,
    hint: ({ known }) => (known.length === 0 ? 'publish one first' : `it has ${quoted(known)}`),
  },
  'client.resource_server_unknown': {
    status: 422,
    title: 'Unknown resource server',
    detail: ({ name }) => `the active catalog has no resource server ${quote(name)}`,
    hint: (problem) => near(problem.near),
  },
  'client.resource_server_reserved': {
    status: 422,
    title: 'Reserved resource server',
    detail: ({ name }) => `${quote(name)} looks into its own tokens; no client is its credential`,
  },
  'client.introspection_alg_alone': {
    status: 422,
    title: 'Nothing to introspect for',
    detail: () => '`introspection_alg` is for clients of a resource server',
    hint: () => 'name `resource_servers` too, or leave it out',
  },
  'client.default_scope_unknown': {
    status: 422,
    title: 'Unknown default scope',
    detail: ({ scope }) => `the active catalog has no scope ${quote(scope)}`,
    hint: (problem) => near(problem.near),
  },
  'client.default_scope_retired': {
    status: 422,
    title: 'Retired default scope',
    detail: ({ scope }) => `the scope ${quote(scope)} is past its sunset`,
  },
  'client.default_scope_not_entitled': {
    status: 422,
    title: 'Default scope without entitlement',
    detail: ({ scope }) => `no live role of the client grants ${quote(scope)}`,
    hint: () => 'assign a role that grants it first',
  },
  'client.default_scopes_of_two_audiences': {
    status: 422,
    title: 'Default scopes of two audiences',
    detail: ({ audiences }) => `a token has one audience, these scopes have ${quoted(audiences)}`,
  },
  'secret.not_found': {
    status: 404,
    title: 'No such secret',
    detail: ({ clientId, secretId }) => `${quote(clientId)} has no secret ${quote(secretId)}`,
  },
  'secret.not_used': {
    status: 409,
    title: 'Client uses no secret',
    detail: ({ auth }) => `the client authenticates by ${quote(auth)}`,
  },
  'secret.too_many': {
    status: 409,
    title: 'Too many secrets',
    detail: ({ most }) => `a client has at most ${String(most)} live secrets`,
    hint: () => 'revoke one that is no longer used',
  },
  'secret.expiry_past': {
    status: 422,
    title: 'Expiry in the past',
    detail: ({ expiresAt }) => `${at(expiresAt)} is past`,
  },
  'role.unknown': {
    status: 422,
    title: 'Unknown role',
    detail: ({ role }) => `the active catalog has no role ${quote(role)}`,
    hint: (problem) => near(problem.near),
  },
  'role.not_found': {
    status: 404,
    title: 'No such role',
    detail: ({ role }) => `the active catalog has no role ${quote(role)}`,
    hint: (problem) => near(problem.near),
  },
  'role.not_assigned': {
    status: 404,
    title: 'Role not assigned',
    detail: ({ clientId, role }) => `${quote(clientId)} does not hold ${quote(role)}`,
  },
  'role.until_past': {
    status: 422,
    title: 'End in the past',
    detail: ({ until }) => `${at(until)} is past`,
    hint: () => 'to end an assignment now, take the role away',
  },
  'role.too_many': {
    status: 409,
    title: 'Too many roles',
    detail: ({ most }) => `a client holds at most ${String(most)} roles`,
  },
};
