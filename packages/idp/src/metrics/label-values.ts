import { DELEGATION_CHECKS, FEDERATION_CHECKS } from '@ambit/scope-catalog';
import type { DelegationScopeReason, ScopeRefusal } from '@ambit/scope-catalog';
import type { StallCause } from '../audit/stall.ts';
import type { ExternalTokenFault } from '../federation/external-token.ts';
import type { RevocationMatch } from '../revocation/ports.ts';
import type { InactiveReason } from '../tokens/access-token.ts';

/** What stands for a name that no catalog gives, or for a reason that is in none of the lists below. */
export const UNKNOWN = 'unknown';

const keys = <K extends string>(record: Readonly<Record<K, unknown>>): readonly K[] =>
  Object.keys(record) as K[];

/** Why a request for a token is refused: the error of the answer (RFC 6749 §5.2 and its extensions). */
export const REQUEST_REASONS = [
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'invalid_scope',
  'invalid_target',
  'invalid_dpop_proof',
  'unsupported_grant_type',
  'temporarily_unavailable',
  'server_error',
  UNKNOWN,
] as const;

/** Why one scope is refused; complete, since the compiler counts. */
export const SCOPE_REASONS = keys({
  unknown: true,
  reserved: true,
  not_entitled: true,
  beyond_rule: true,
  retired: true,
  quota_exceeded: true,
  other_audience: true,
  not_delegated: true,
  not_held: true,
  too_deep: true,
  barred: true,
} satisfies Readonly<Record<ScopeRefusal['reason'] | DelegationScopeReason, true>>);

/** What the introspection of a token came to. */
export const INTROSPECTION_RESULTS = [
  ...keys({
    active: true,
    malformed: true,
    wrong_type: true,
    unknown_key: true,
    bad_signature: true,
    foreign_issuer: true,
    expired: true,
    underived: true,
    revoked: true,
    no_live_scope: true,
    not_the_callers: true,
  } satisfies Readonly<Record<'active' | 'not_the_callers' | InactiveReason, true>>),
  ...REQUEST_REASONS,
];

/** What was wrong with a token exchange: the check that it failed, or the token that was shown for it. */
export const DELEGATION_REASONS = [
  ...keys(DELEGATION_CHECKS).map((code) => code.slice('delegation.'.length)),
  'subject_token',
  'actor_token',
];

const EXTERNAL_FAULTS = keys({
  malformed: true,
  wrong_type: true,
  critical_header: true,
  wrong_algorithm: true,
  untrusted_issuer: true,
  wrong_audience: true,
  claims_invalid: true,
  expired: true,
  not_yet_valid: true,
  issuer_unavailable: true,
  unknown_key: true,
  bad_signature: true,
} satisfies Readonly<Record<ExternalTokenFault, true>>);

/** What was wrong with the token that a workload brought from elsewhere. */
export const WORKLOAD_REASONS = [
  ...EXTERNAL_FAULTS.map((fault) => `external.${fault}`),
  ...keys(FEDERATION_CHECKS),
];

/** Why the audit log cannot be written. */
export const STALL_CAUSES = keys({
  full: true,
  locked: true,
  failing: true,
} satisfies Readonly<Record<StallCause, true>>);

/** Where a token that has expired can be presented. */
export const EXPIRED_AT = ['token', 'introspection', 'revocation'] as const;

/** What a revocation covers; `own_token` is what a client does for a token of its own (RFC 7009). */
export const REVOCATION_KINDS = keys({
  own_token: true,
  jti: true,
  client: true,
  scope: true,
  key: true,
  version: true,
  'issued-before': true,
} satisfies Readonly<Record<'own_token' | RevocationMatch['kind'], true>>);

/** How a token came about. */
export const GRANTS = ['client_credentials', 'token_exchange', 'workload'] as const;

/** What a request was sent to. */
export const ENDPOINTS = [
  'token',
  'introspection',
  'revocation',
  'jwks',
  'discovery',
  'admin',
  'admin_revocation',
  'health',
  'metrics',
  'other',
] as const;
/** One of {@link ENDPOINTS}. */
export type Endpoint = (typeof ENDPOINTS)[number];

/** The ages by which secrets are counted: each from so many days on, the youngest first. */
export const AGE_BUCKETS = [
  { label: 'under_30d', fromDays: 0 },
  { label: '30d_to_90d', fromDays: 30 },
  { label: '90d_to_180d', fromDays: 90 },
  { label: '180d_to_365d', fromDays: 180 },
  { label: 'over_365d', fromDays: 365 },
] as const;

/** How long ago a secret was last used: each from so many days on, the latest first. */
export const LAST_USE_BUCKETS = [
  { label: 'under_1d', fromDays: 0 },
  { label: '1d_to_7d', fromDays: 1 },
  { label: '7d_to_30d', fromDays: 7 },
  { label: '30d_to_90d', fromDays: 30 },
  { label: 'over_90d', fromDays: 90 },
] as const;
/** How a secret counts that was never used. */
export const NEVER_USED = 'never';
