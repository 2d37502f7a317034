import { present } from '@ambit/scope-catalog';
import type { KeyThumbprints, Result } from '@ambit/scope-catalog';
import { errors } from 'oidc-provider';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { decideExchange } from '../oauth/decide-exchange.ts';
import type { ExchangeRefusal } from '../oauth/decide-exchange.ts';
import { TOKEN_EXCHANGE } from '../oauth/grant-types.ts';
import { readExchange, readTarget } from '../oauth/read-exchange.ts';
import type { ExchangeFault, ExchangeParameters } from '../oauth/read-exchange.ts';
import { requestState } from '../oauth/request-state.ts';
import { TOKEN_TYPES } from '../oauth/token-types.ts';
import type { ReplayStore } from '../replay/ports.ts';
import type { TokenVerifier } from '../tokens/token-verifier.ts';
import { certificateThumbprint, presentedCertificate } from '../web/client-certificate.ts';
import { assertBinding } from './decide-request.ts';
import { externalTokenOf } from './external-token-of.ts';
import { issueToken } from './issue-token.ts';
import { registeredClient } from './library-client.ts';
import { checkDpopReplay, validateDpop } from './library-seam.ts';
import { grantWorkload } from './workload-grant.ts';

const ACTOR_PARAMETERS = ['actor_token', 'actor_token_type'] as const;
const PARAMETERS = [
  'subject_token',
  'subject_token_type',
  ...ACTOR_PARAMETERS,
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
 * 6. The policy grants it, see {@link decideExchange}: `invalid_request`, `invalid_target` or `invalid_scope`.
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
  const asked = soundly(readExchange(ctx.oidc.params ?? {}));
  const proof = proofOf(ctx, dpop?.thumbprint);
  const decision = await decideExchange(state, asked, { client, proof }, verifier);
  if (!decision.ok) throw errorOf(decision.error);
  const { grant } = decision.value;
  assertBinding(ctx, grant);
  if (dpop) await checkDpopReplay(provider, ctx, dpop, client.clientId);
  const certificate = client.auth.endsWith('tls_client_auth') || (grant.bindingRequired && !dpop);
  await issueToken(provider, ctx, grant, {
    ...present({ jkt: dpop?.thumbprint }),
    issuedTokenType: TOKEN_TYPES.accessToken,
    certificate: certificate ? presentedCertificate(ctx) : undefined,
  });
}

/** Exchanges a token of an external issuer; nobody acts on behalf of a workload, so it takes no actor token. */
async function exchangeExternalToken(
  provider: Provider,
  replays: ReplayStore,
  ctx: KoaContextWithOIDC,
): Promise<void> {
  const parameters: ExchangeParameters = ctx.oidc.params ?? {};
  const target = soundly(readTarget(parameters));
  if (ACTOR_PARAMETERS.some((name) => parameters[name] !== undefined)) {
    throw new errors.InvalidRequest('a token from elsewhere is exchanged without an actor token');
  }
  await grantWorkload(provider, ctx, replays, {
    ...target,
    issuedTokenType: TOKEN_TYPES.accessToken,
  });
}

/** What was read; throws `invalid_request` where it could not be. */
function soundly<T>(read: Result<T, ExchangeFault>): T {
  if (read.ok) return read.value;
  throw new errors.InvalidRequest(SENTENCES[read.error]);
}

const ofOurType = (name: string): string =>
  `${name} must be ${TOKEN_TYPES.accessToken}, or the one of a jwt`;

const SENTENCES: Readonly<Record<ExchangeFault, string>> = {
  subject_token_missing: 'subject_token is missing',
  subject_token_type: ofOurType('subject_token_type'),
  requested_token_type: ofOurType('requested_token_type'),
  actor_token_type: ofOurType('actor_token_type'),
  actor_token_missing: 'actor_token_type goes with an actor_token (RFC 8693 section 2.1)',
};

/** A refusal in the library's terms; what a token lacks is told to the audit log alone. */
function errorOf(refusal: ExchangeRefusal): Error {
  switch (refusal.code) {
    case 'exchange.not_live': {
      const { role, reason } = refusal;
      const description = `the ${role} token is not a live access token of this issuer`;
      const detail = `${role} token: ${reason}`;
      return new errors.InvalidRequest(description, undefined, { detail } as never);
    }
    case 'exchange.foreign_actor':
      return new errors.InvalidRequest('the actor token must be one of the client itself');
    default:
      return new errors.CustomOIDCProviderError(refusal.error, refusal.description);
  }
}

function proofOf(ctx: KoaContextWithOIDC, jkt: string | undefined): KeyThumbprints {
  const certificate = presentedCertificate(ctx);
  return present({ jkt, x5t: certificate && certificateThumbprint(certificate) });
}
