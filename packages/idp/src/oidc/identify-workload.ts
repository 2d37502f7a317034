import { decideStanding, FEDERATION_CHECKS } from '@ambit/scope-catalog';
import type { FederationRefusalCode } from '@ambit/scope-catalog';
import { errors } from 'oidc-provider';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { ExternalTokenFault } from '../federation/external-token.ts';
import type { Federation, Workload, WorkloadRefusal } from '../federation/federation.ts';
import { externalTokenOf } from './external-token-of.ts';
import type { ViewOf } from './find-client.ts';
import { JWT_BEARER } from '../oauth/grant-types.ts';
import { requestState } from '../oauth/request-state.ts';

/** What identifying a workload takes; of the provider that handles the request. */
interface Means {
  readonly federation: Federation;
  readonly viewOf: ViewOf;
}

const means = new WeakMap<Provider, Means>();

/** Lets the workloads of a provider's requests be identified. */
export function knowWorkloads(provider: Provider, how: Means): void {
  means.set(provider, how);
}

/**
 * Sets the client of a token request that rests on a token from elsewhere and brings no credential; false for every
 * other request, which the library then authenticates.
 *
 * The rule names the client, and a `client_id` beside it must be the same. INVARIANT: the client is set only once the
 * token is genuine and the client may stand for its bearer; all else throws.
 */
export async function identifyWorkload(ctx: KoaContextWithOIDC): Promise<boolean> {
  const how = means.get(ctx.oidc.provider);
  const token = externalTokenOf(ctx);
  if (!how || token === undefined || bringsCredential(ctx)) return false;

  const { snapshot, now } = requestState(ctx);
  const { grant, external } = await presentWorkload(ctx, token);
  const { client_id: claimed } = ctx.oidc.params as { client_id?: string };
  const standing = decideStanding(grant, claimed, await snapshot.findClient(grant.client), now);
  if (!standing.ok) refuseWorkload(ctx, { code: standing.error.code, external });
  ctx.oidc.entity('Client', how.viewOf(standing.value));
  return true;
}

function bringsCredential({ headers, oidc: { params } }: KoaContextWithOIDC): boolean {
  const { client_secret: secret, client_assertion: assertion } = params ?? {};
  return [headers.authorization, secret, assertion].some((credential) => credential !== undefined);
}

/**
 * The workload that a token from elsewhere identifies; throws the OAuth error of the grant where it identifies none.
 */
export async function presentWorkload(ctx: KoaContextWithOIDC, token: string): Promise<Workload> {
  const state = requestState(ctx);
  const how = means.get(ctx.oidc.provider);
  if (!how) throw new Error('the provider was never told how to know workloads');
  if (state.workload) return state.workload;
  const identified = await how.federation.identify(
    token,
    state.snapshot.catalog.compiled,
    state.now,
  );
  if (!identified.ok) refuseWorkload(ctx, identified.error);
  state.workload = identified.value;
  return identified.value;
}

/** Says that the keys of an issuer cannot be had: nobody knows whether the token is good, so it may come again. */
export class IssuerUnavailable extends Error {
  readonly code = 'federation.issuer_unavailable';
  override readonly name = 'IssuerUnavailable';
}

/**
 * Refuses a token from elsewhere: `invalid_grant` for an assertion (RFC 7521 §4.1.1), `invalid_request` for a subject
 * token (RFC 8693 §2.2.2). Whoever shows no genuine token learns nothing but that.
 */
export function refuseWorkload(ctx: KoaContextWithOIDC, refusal: WorkloadRefusal): never {
  requestState(ctx).workloadRefusal = refusal;
  if (refusal.code === 'external.issuer_unavailable') throw new IssuerUnavailable(refusal.detail);
  const description = refusal.external ? SENTENCES[refusal.code] : NOT_GENUINE;
  refuseExternalToken(ctx, description);
}

/** The same, in a sentence. */
export function refuseExternalToken(ctx: KoaContextWithOIDC, description: string): never {
  const { grant_type: grantType } = ctx.oidc.params as { grant_type?: string };
  const error = grantType === JWT_BEARER ? 'invalid_grant' : 'invalid_request';
  throw new errors.CustomOIDCProviderError(error, description);
}

const NOT_GENUINE = 'the token is not one that a trusted issuer vouches for';

const SENTENCES: Readonly<
  Record<`external.${ExternalTokenFault}` | FederationRefusalCode, string>
> = {
  'external.malformed': NOT_GENUINE,
  'external.wrong_type': NOT_GENUINE,
  'external.critical_header': NOT_GENUINE,
  'external.wrong_algorithm': NOT_GENUINE,
  'external.untrusted_issuer': NOT_GENUINE,
  'external.issuer_unavailable': NOT_GENUINE,
  'external.unknown_key': NOT_GENUINE,
  'external.bad_signature': NOT_GENUINE,
  'external.wrong_audience': FEDERATION_CHECKS['federation.audience'],
  'external.claims_invalid':
    'the token lacks a sub or an exp, one is too long, or a time in it is no number',
  'external.expired': FEDERATION_CHECKS['federation.expired'],
  'external.not_yet_valid': 'the token is not valid yet, by its nbf or iat',
  ...FEDERATION_CHECKS,
};
