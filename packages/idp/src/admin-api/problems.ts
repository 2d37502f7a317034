import type { Problem, ProblemCode, ProblemOf } from './problem.ts';

/** How a problem is told: its status and title, and from its facts a sentence and what to do next. */
export interface ProblemEntry<C extends ProblemCode> {
  readonly status: number;
  readonly title: string;
  readonly detail: (problem: ProblemOf<C>) => string;
  readonly hint?: (problem: ProblemOf<C>) => string | undefined;
}

const near = (names: readonly string[]): string | undefined =>
  names.length === 0 ? undefined : `did you mean ${names.map(quote).join(' or ')}?`;
const quote = (name: string | number): string => `\`${String(name).slice(0, 200)}\``;
const quoted = (names: readonly string[]): string => names.map(quote).join(', ');
const at = (milliseconds: number): string => new Date(milliseconds).toISOString();

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

/** Every problem the admin API can answer; complete by the compiler. */
export const PROBLEMS: { readonly [C in ProblemCode]: ProblemEntry<C> } = {
  'auth.missing': {
    status: 401,
    title: 'Not authenticated',
    detail: () => 'the request carries no access token',
    hint: () => 'send `Authorization: Bearer TOKEN` with a token for the admin audience',
  },
  'auth.invalid': {
    status: 401,
    title: 'Token not accepted',
    detail: ({ description }) => description,
    hint: () => 'ask the token endpoint for a new token for the admin audience',
  },
  'auth.insufficient_scope': {
    status: 403,
    title: 'Insufficient scope',
    detail: ({ scope }) =>
      `this needs the scope ${quote(scope)}, which the access token does not carry live`,
    hint: () => 'ask for a token with that scope, or an admin for a role that grants it',
  },
  'request.malformed': {
    status: 400,
    title: 'Malformed request',
    detail: ({ part, errors }) =>
      `the ${part} does not fit: ${errors
        .slice(0, 3)
        .map(({ path, message }) => (path === '' ? message : `${quote(path)} ${message}`))
        .join('; ')}`,
  },
  'request.not_json': {
    status: 400,
    title: 'Malformed JSON',
    detail: () => 'the body is not JSON in UTF-8',
  },
  'request.media_type': {
    status: 415,
    title: 'Unsupported media type',
    detail: () => 'the body must be `application/json`, not compressed',
  },
  'request.too_large': {
    status: 413,
    title: 'Body too large',
    detail: ({ limit }) => `the body may be at most ${String(limit)} bytes`,
  },
  'request.not_found': {
    status: 404,
    title: 'No such resource',
    detail: () => 'nothing is here',
    hint: () => 'the routes are listed at /admin/v1/openapi.json',
  },
  'request.method': {
    status: 405,
    title: 'Method not allowed',
    detail: ({ allow }) => `this takes ${allow.join(', ')}`,
  },
  'request.precondition': {
    status: 412,
    title: 'Precondition failed',
    detail: () => 'the `If-Match` field does not name a current state of what is to be changed',
    hint: () => 'send the `ETag` of the resource as it came, or leave the field out',
  },
  'server.error': {
    status: 500,
    title: 'Internal error',
    detail: () => 'something went wrong; quote the request id',
  },
  'server.unavailable': {
    status: 503,
    title: 'Unavailable',
    detail: () => 'the store cannot be reached; try again in a moment',
  },
  'actor.not_live': {
    status: 403,
    title: 'Client disabled',
    detail: ({ clientId }) => `the client ${quote(clientId)} is disabled or deleted`,
  },
  'actor.scope_missing': {
    status: 403,
    title: 'Insufficient scope',
    detail: ({ scope }) => `this needs the scope ${quote(scope)} too, live`,
    hint: () => 'ask for a token with that scope, or an admin for a role that grants it',
  },
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
  'catalog.not_found': {
    status: 404,
    title: 'No such version',
    detail: ({ version }) => `there is no catalog version ${String(version)}`,
  },
  'catalog.invalid': {
    status: 422,
    title: 'Catalog has errors',
    detail: ({ findings }) =>
      `${String(findings.filter(({ severity }) => severity === 'error').length)} errors keep this from being a catalog`,
    hint: () => 'see `findings`',
  },
  'catalog.changed': {
    status: 409,
    title: 'Changed meanwhile',
    detail: ({ what, active }) =>
      what === 'version'
        ? `version ${String(active)} is active, which is not what this was made against`
        : 'role assignments have changed since this was planned',
    hint: () => 'plan again',
  },
  'catalog.exists': {
    status: 409,
    title: 'Version exists',
    detail: ({ version }) => `version ${String(version)} holds this very catalog`,
    hint: ({ version }) => `to make it active again: ambit catalog rollback ${String(version)}`,
  },
  'catalog.publisher_gains': {
    status: 403,
    title: 'Nobody lifts themselves',
    detail: ({ scopes }) =>
      `publishing this would give the publisher ${quoted(scopes.slice(0, 20))}`,
    hint: () => 'ask somebody who gains nothing by it, or an ambit-admin, to publish it',
  },
  'scope.unknown': {
    status: 404,
    title: 'No such scope',
    detail: ({ scope }) => `the active catalog has no scope ${quote(scope)}`,
  },
  'key.not_found': {
    status: 404,
    title: 'No such key',
    detail: ({ kid }) => `there is no signing key ${quote(kid)}`,
  },
  'key.not_ready': {
    status: 409,
    title: 'Next key not ready',
    detail: ({ kid, maySignFrom }) =>
      `the next key ${quote(kid)} may sign from ${at(maySignFrom)}, when every cache of the JWKS has it`,
    hint: () => 'try again then',
  },
  'key.in_use': {
    status: 409,
    title: 'Key in use',
    detail: ({ kid, until }) => `tokens signed with ${quote(kid)} are good until ${at(until)}`,
    hint: ({ kid }) => `to revoke them with it: ambit token revoke --key ${kid}`,
  },
  'key.wrong_state': {
    status: 409,
    title: 'Not in that state',
    detail: ({ kid, state }) => `the key ${quote(kid)} is ${state}`,
  },
  'revocation.in_future': {
    status: 422,
    title: 'Time in the future',
    detail: ({ issuedBefore }) => `${at(issuedBefore * 1000)} is yet to come`,
  },
  'token.malformed': {
    status: 422,
    title: 'Not a token',
    detail: () => 'that is neither an access token of this server nor a `jti`',
  },
  'token.foreign': {
    status: 422,
    title: 'Foreign token',
    detail: ({ issuer }) => `the token was issued by ${quote(issuer)}`,
  },
};

/** The status a problem is answered with. */
export const statusOf = (code: ProblemCode): number => PROBLEMS[code].status;

/** A problem in words. */
export function describeProblem(problem: Problem): {
  readonly detail: string;
  readonly hint: string | undefined;
} {
  const entry = PROBLEMS[problem.code] as ProblemEntry<ProblemCode>;
  return { detail: entry.detail(problem), hint: entry.hint?.(problem) };
}
