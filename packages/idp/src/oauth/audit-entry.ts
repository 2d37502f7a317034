import { present } from '@ambit/scope-catalog';
import type { DelegationGrant, IssuanceGrant } from '@ambit/scope-catalog';
import { REQUESTED_SCOPES_MAX, SCOPE_NAME_MAX_LENGTH } from '@ambit/scope-catalog';
import type { AuditEntry, GrantedBy } from '../audit/record.ts';
import type { ExternalIdentity } from '../federation/external-token.ts';
import { redact } from '../log/redact.ts';
import { requestFacts } from '../request.ts';
import { actorsOf } from '../tokens/act-claim.ts';
import { tokenFacts } from '../tokens/token-facts.ts';
import type { AskedRequest } from './asked-request.ts';
import type { RequestState } from './request-state.ts';

type Outcome = Pick<AuditEntry, 'event' | 'decision'> & Partial<AuditEntry>;

/**
 * The audit record of a request to the token, introspection or revocation endpoint: who asked for what, what was
 * decided, and why. Never the token itself.
 */
export function auditEntry(asked: AskedRequest, state: RequestState): AuditEntry {
  const { snapshot, now, request } = state;
  const actor = actorOf(asked, state);
  const { personal, ...facts } = outcome(asked, state);
  const entry: AuditEntry = {
    time: now,
    ...requestFacts(request, personal),
    ...present({ actor }),
    catalogVersion: snapshot.catalog.version,
    revision: snapshot.revision,
    ...facts,
  };
  // What is refused may hold anything in any place: a secret for a client's name, a token for a scope.
  return entry.decision === 'granted' ? entry : (redact(entry) as AuditEntry);
}

function outcome(asked: AskedRequest, state: RequestState): Outcome {
  if (state.error?.retryAfterSeconds !== undefined) return limitedOutcome(asked, state);
  switch (asked.endpoint) {
    case 'introspection':
      return presentedOutcome('token.introspected', asked, state);
    case 'revocation':
      return presentedOutcome('token.revoked', asked, state);
    default:
      return state.issued && !state.error
        ? issuedOutcome(asked, state)
        : refusedOutcome(asked, state);
  }
}

function issuedOutcome(
  { clientId = '' }: AskedRequest,
  { issuance, issued, exchange, workload, quotas }: RequestState,
): Outcome {
  const parent = exchange?.subject.token.claims;
  return {
    event: parent === undefined ? 'token.issued' : 'token.exchanged',
    decision: 'granted',
    subject: parent?.sub ?? clientId,
    client: clientId,
    ...present({
      parentJti: parent?.jti,
      actors: exchange?.grant?.actors,
      grantedBy: exchange?.grant?.sources.map(grantedBy),
      federation: workload && { issuer: workload.grant.issuer, rule: workload.grant.rule.id },
    }),
    ...externalFacts(workload?.external),
    ...(issuance && issuanceFacts(issuance, quotas?.observed)),
    ...present({ jti: issued?.jti, expiresAt: issued?.exp, kid: issued?.kid }),
  };
}

const grantedBy = (source: DelegationGrant['sources'][number]): GrantedBy =>
  source.by === 'carried' ? source : { ...source, rule: source.rule.index };

function issuanceFacts(
  { resourceServer, scopes, refused, deprecated }: IssuanceGrant,
  overQuota: readonly string[] = [],
): Partial<AuditEntry> {
  const notes = [
    ...(deprecated.length > 0 ? [`deprecated: ${deprecated.join(' ')}`] : []),
    ...(overQuota.length > 0 ? [`over quota: ${overQuota.join(' ')}`] : []),
  ];
  return {
    resourceServer: resourceServer.name,
    audience: resourceServer.audience,
    requestedScopes: [...scopes, ...refused.map(({ scope }) => scope)],
    grantedScopes: scopes,
    refusedScopes: refused,
    ...(notes.length > 0 ? { detail: notes.join('; ') } : {}),
  };
}

function limitedOutcome(asked: AskedRequest, state: RequestState): Outcome {
  const { name, audience } = state.issuance?.resourceServer ?? {};
  return {
    event: 'token.limited',
    decision: 'refused',
    ...requestedFacts(asked),
    ...present({
      resourceServer: name,
      audience,
      refusedScopes: state.quotas?.refusal?.scopeErrors,
    }),
    ...refusedExchange(state),
    ...why(state),
    ...refusedWorkload(state),
  };
}

function requestedFacts({ parameters: { scope } }: AskedRequest): Partial<AuditEntry> {
  return typeof scope === 'string' ? { requestedScopes: claimedScopes(scope) } : {};
}

function refusedOutcome(asked: AskedRequest, state: RequestState): Outcome {
  return {
    event: 'token.refused',
    decision: 'refused',
    ...requestedFacts(asked),
    ...present({ refusedScopes: state.issuanceRefusal?.scopeErrors }),
    ...why(state),
    ...refusedExchange(state),
    ...refusedWorkload(state),
  };
}

function refusedExchange({ exchange, delegationRefusal }: RequestState): Partial<AuditEntry> {
  const parent = exchange?.subject.token.claims;
  return {
    ...(parent === undefined
      ? {}
      : {
          parentJti: parent.jti,
          subject: parent.sub,
          ...present({ actors: parent.act && actorsOf(parent.act) }),
        }),
    ...(delegationRefusal === undefined
      ? {}
      : {
          detail: `${delegationRefusal.code}: ${delegationRefusal.description}`.slice(0, 500),
          refusedScopes: delegationRefusal.scopeErrors.map(({ scope, reason }) => ({
            scope,
            reason,
          })),
        }),
  };
}

function refusedWorkload({ workload, workloadRefusal }: RequestState): Partial<AuditEntry> {
  const external = workload?.external ?? workloadRefusal?.external;
  const { code, detail } = workloadRefusal ?? {};
  return {
    ...externalFacts(external),
    ...(code === undefined
      ? {}
      : { detail: told(detail === undefined ? code : `${code}: ${detail}`) }),
  };
}

const externalFacts = (external: ExternalIdentity | undefined): Partial<AuditEntry> =>
  external === undefined
    ? {}
    : { externalIssuer: external.issuer, personal: { externalSubject: external.subject } };

function presentedOutcome(
  event: 'token.introspected' | 'token.revoked',
  asked: AskedRequest,
  state: RequestState,
): Outcome {
  const { presented, allowed, snapshot } = state;
  const credential = state.authenticated ? asked.clientId : undefined;
  const claims = presented && 'token' in presented ? presented.token.claims : undefined;
  const granted = allowed === true && !state.error;
  return {
    event,
    decision: granted ? 'granted' : 'refused',
    ...(claims && tokenFacts(claims, snapshot.catalog)),
    ...present({ grantedScopes: presented?.active ? presented.liveness.scopes : undefined }),
    ...(granted ? {} : inactiveReason(state, credential)),
  };
}

function inactiveReason(state: RequestState, credential: string | undefined): Partial<AuditEntry> {
  if (state.error || credential === undefined) return why(state);
  if (state.presented && !state.presented.active) return { reason: state.presented.reason };
  return { reason: 'not_the_callers' };
}

function why({ error }: RequestState): Partial<AuditEntry> {
  if (!error) return { reason: 'server_error' };
  const detail = error.error_detail ?? (error as { error_description?: string }).error_description;
  return {
    reason: error.error ?? 'server_error',
    ...(error.error !== undefined && detail !== undefined ? { detail: told(detail) } : {}),
  };
}

/** As much of a detail as is kept: parts of it may be a stranger's, or an issuer's. */
const told = (detail: string): string => detail.slice(0, 500);

/** The scopes of a request as far as they could be any, so that nobody fills the log with something else. */
const claimedScopes = (scope: string): string[] =>
  scope
    .split(' ', REQUESTED_SCOPES_MAX)
    .map((name) => String(redact(name)).slice(0, SCOPE_NAME_MAX_LENGTH));

/**
 * Who acted. A name that nobody has proved counts only where the record says that authentication failed; anywhere else it would be
 * read as the deed of whoever bears it.
 */
function actorOf(asked: AskedRequest, state: RequestState): string | undefined {
  const known = asked.clientId;
  if (state.authenticated) return known;
  return state.error?.error === 'invalid_client' ? (known ?? claimedClientId(asked)) : undefined;
}

function claimedClientId({ parameters }: AskedRequest): string | undefined {
  const { client_id: clientId } = parameters;
  return typeof clientId === 'string' ? clientId.slice(0, 128) : undefined;
}
