import { decideDelegation } from '@ambit/scope-catalog';
import type { KeyThumbprints, NamedTarget } from '@ambit/scope-catalog';
import { errors } from 'oidc-provider';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { ReplayStore } from '../replay/ports.ts';
import type { SubjectToken } from '../delegation/derive.ts';
import { actorsOf } from '../tokens/act-claim.ts';
import { decideToken } from '../tokens/decide-token.ts';
import type { TokenVerifier } from '../tokens/token-verifier.ts';
import { certificateThumbprint, presentedCertificate } from '../web/client-certificate.ts';
import { assertBinding } from './decide-request.ts';
import { externalTokenOf } from './external-token-of.ts';
import { TOKEN_EXCHANGE } from './grant-types.ts';
import { issueToken } from './issue-token.ts';
import { registeredClient } from './library-client.ts';
import { checkDpopReplay, validateDpop } from './library-seam.ts';
import { requestState } from '../oauth/request-state.ts';
import { grantWorkload } from './workload-grant.ts';

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
/** Access tokens of Ambit's are JWTs, so either name means the same (RFC 8693 §3). */
const TOKEN_TYPES: readonly unknown[] = [ACCESS_TOKEN, 'urn:ietf:params:oauth:token-type:jwt'];

const PARAMETERS = [
  'subject_token',
  'subject_token_type',
  'actor_token',
  'actor_token_type',
  'requested_token_type',
  'resource',
  'audience',
  'scope',
] as const;
const REPEATABLE = ['resource', 'audience'];

/**
 * Adds token exchange (RFC 8693) to the grants of a provider. The checks, in order:
 *
 * 1. The client is authenticated: `invalid_client`, by the library.
 * 2. The DPoP proof holds, where there is one: `invalid_dpop_proof` (RFC 9449 §5).
 * 3. `subject_token` is there, and its type and `requested_token_type` are known: `invalid_request`.
 * 4. The subject token is an access token of this issuer, and live at every step from its root: `invalid_request`
 *    (§2.2.2).
 * 5. The actor token, where there is one, is such a token too and the client's own: `invalid_request`.
 * 6. The policy grants it, see {@link decideDelegation}: `invalid_request`, `invalid_target` or `invalid_scope`.
 * 7. The resource server gets the binding that it wants: `invalid_dpop_proof` or `invalid_request`.
 * 8. The DPoP proof is used for the first time: `invalid_grant`.
 *
 * A subject token from elsewhere goes another way, see {@link grantWorkload}.
 */
export function registerTokenExchange(
  provider: Provider,
  { verifier, replays }: { verifier: TokenVerifier; replays: ReplayStore },
): void {
  provider.registerGrantType(
    TOKEN_EXCHANGE,
    (ctx) =>
      externalTokenOf(ctx) === undefined
        ? exchangeToken(provider, verifier, ctx)
        : exchangeExternalToken(provider, replays, ctx),
    [...PARAMETERS],
    REPEATABLE,
  );
}

async function exchangeToken(
  provider: Provider,
  verifier: TokenVerifier,
  ctx: KoaContextWithOIDC,
): Promise<void> {
  const state = requestState(ctx);
  const client = registeredClient(ctx.oidc.client);
  const dpop = await validateDpop(provider, ctx);
  const parameters = readParameters(ctx);

  const subject = await presentToken(ctx, verifier, parameters.subjectToken, 'subject');
  if (parameters.actorToken !== undefined) {
    const actor = await presentToken(ctx, verifier, parameters.actorToken, 'actor');
    if (actor.token.claims.client_id !== client.clientId) {
      throw new errors.InvalidRequest('the actor token must be one of the client itself');
    }
  }
  state.exchange = { subject };
  const proof = proofOf(ctx, dpop?.thumbprint);
  const decision = decideDelegation(
    state.snapshot.catalog.compiled,
    {
      actor: client,
      subjectToken: delegationSubject(subject),
      ...(parameters.scope === undefined ? {} : { requestedScopes: parameters.scope.split(' ') }),
      resources: parameters.resources,
      audiences: parameters.audiences,
      proof,
    },
    state.now,
  );
  if (!decision.ok) {
    state.delegationRefusal = decision.error;
    throw new errors.CustomOIDCProviderError(decision.error.error, decision.error.description);
  }
  const grant = decision.value;
  assertBinding(ctx, grant);
  if (dpop) await checkDpopReplay(provider, ctx, dpop, client.clientId);
  state.issuance = { ...grant, refused: [] };
  state.exchange = { subject, grant };
  const certificate = client.auth.endsWith('tls_client_auth') || (grant.bindingRequired && !dpop);
  await issueToken(provider, ctx, grant, {
    ...(dpop === undefined ? {} : { jkt: dpop.thumbprint }),
    issuedTokenType: ACCESS_TOKEN,
    certificate: certificate ? presentedCertificate(ctx) : undefined,
  });
}

/** Exchanges a token of an external issuer; nobody acts on behalf of a workload, so it takes no actor token. */
async function exchangeExternalToken(
  provider: Provider,
  replays: ReplayStore,
  ctx: KoaContextWithOIDC,
): Promise<void> {
  const target = readTarget(ctx);
  if (textOf(ctx, 'actor_token') !== undefined || textOf(ctx, 'actor_token_type') !== undefined) {
    throw new errors.InvalidRequest('a token from elsewhere is exchanged without an actor token');
  }
  await grantWorkload(provider, ctx, replays, { ...target, issuedTokenType: ACCESS_TOKEN });
}

/** What is asked for, whatever is shown for it. */
interface ExchangeTarget extends NamedTarget {
  readonly scope?: string;
}

interface ExchangeParameters extends ExchangeTarget {
  readonly subjectToken: string;
  readonly actorToken?: string;
}

type Parameters = Readonly<Partial<Record<(typeof PARAMETERS)[number], string | string[]>>>;

function readParameters(ctx: KoaContextWithOIDC): ExchangeParameters {
  const subjectToken = textOf(ctx, 'subject_token');
  if (subjectToken === undefined) throw new errors.InvalidRequest('subject_token is missing');
  requireType('subject_token_type', textOf(ctx, 'subject_token_type'));
  const target = readTarget(ctx);
  const actorToken = textOf(ctx, 'actor_token');
  if (actorToken !== undefined) {
    requireType('actor_token_type', textOf(ctx, 'actor_token_type'));
  } else if (textOf(ctx, 'actor_token_type') !== undefined) {
    throw new errors.InvalidRequest(
      'actor_token_type goes with an actor_token (RFC 8693 section 2.1)',
    );
  }
  return { subjectToken, ...target, ...(actorToken === undefined ? {} : { actorToken }) };
}

function readTarget(ctx: KoaContextWithOIDC): ExchangeTarget {
  const requested = textOf(ctx, 'requested_token_type');
  if (requested !== undefined) requireType('requested_token_type', requested);
  const scope = textOf(ctx, 'scope');
  const { resource, audience } = ctx.oidc.params as Parameters;
  return {
    ...(scope === undefined ? {} : { scope }),
    resources: [resource ?? []].flat(),
    audiences: [audience ?? []].flat(),
  };
}

function textOf(ctx: KoaContextWithOIDC, name: keyof Parameters): string | undefined {
  const value = (ctx.oidc.params as Parameters)[name];
  return typeof value === 'string' ? value : undefined;
}

function requireType(name: string, type: string | undefined): void {
  if (TOKEN_TYPES.includes(type)) return;
  throw new errors.InvalidRequest(`${name} must be ${ACCESS_TOKEN}, or the one of a jwt`);
}

/**
 * A token that the client presents: an access token of this issuer, live now. What it lacks is told to the audit log
 * alone.
 */
async function presentToken(
  ctx: KoaContextWithOIDC,
  verifier: TokenVerifier,
  value: string,
  role: 'subject' | 'actor',
): Promise<SubjectToken> {
  const { snapshot, now } = requestState(ctx);
  const verified = await verifier.verify(value, snapshot.keys);
  const decision = verified.ok ? await decideToken(verified.value, snapshot, now) : undefined;
  if (decision?.active) return decision;
  const reason = verified.ok ? decision?.reason : verified.error;
  throw new errors.InvalidRequest(
    `the ${role} token is not a live access token of this issuer`,
    undefined,
    {
      detail: `${role} token: ${reason ?? ''}`,
    } as never,
  );
}

const delegationSubject = ({ token: { claims }, liveness, derivation }: SubjectToken) => ({
  sub: claims.sub,
  clientId: claims.client_id,
  audience: claims.aud,
  scopes: liveness.scopes,
  actors: actorsOf(claims.act),
  depth: derivation?.steps.length ?? 0,
  expiresAt: claims.exp,
  ...(claims.cnf === undefined
    ? {}
    : {
        cnf: {
          ...(claims.cnf.jkt === undefined ? {} : { jkt: claims.cnf.jkt }),
          ...(claims.cnf['x5t#S256'] === undefined ? {} : { x5t: claims.cnf['x5t#S256'] }),
        },
      }),
  ...(claims.may_act === undefined ? {} : { mayAct: claims.may_act }),
});

function proofOf(ctx: KoaContextWithOIDC, jkt: string | undefined): KeyThumbprints {
  const certificate = presentedCertificate(ctx);
  return {
    ...(jkt === undefined ? {} : { jkt }),
    ...(certificate === undefined ? {} : { x5t: certificateThumbprint(certificate) }),
  };
}
