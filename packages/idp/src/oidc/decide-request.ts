import { present } from '@ambit/scope-catalog';
import type { IssuanceGrant } from '@ambit/scope-catalog';
import { errors } from 'oidc-provider';
import type { KoaContextWithOIDC, ResourceServer } from 'oidc-provider';
import { decideForItself } from '../oauth/decide-for-itself.ts';
import { requestState } from '../oauth/request-state.ts';
import { presentedCertificate } from '../web/client-certificate.ts';
import { registeredClient } from './library-client.ts';

/** The answer to a request that names no `resource`: the audience its scopes belong to (RFC 9068 §3). */
export const defaultResource = (ctx: KoaContextWithOIDC): string =>
  decideRequest(ctx).resourceServer.audience;

/** What the library needs to know to issue the token that was decided on. */
export function resourceServerInfo(ctx: KoaContextWithOIDC): ResourceServer {
  const { resourceServer, scopes, lifetimeSeconds } = decideRequest(ctx);
  const { snapshot } = requestState(ctx);
  const kid = snapshot.keys.active.get(resourceServer.signingAlg)?.kid;
  return {
    scope: scopes.join(' '),
    audience: resourceServer.audience,
    accessTokenTTL: lifetimeSeconds,
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: resourceServer.signingAlg, ...present({ kid }) } },
  };
}

/**
 * Decides a token request by the catalog, once; the library then grants exactly that.
 *
 * A refusal leaves as the OAuth error the decision names, its `scope_errors` are added where the answer is written.
 */
export function decideRequest(ctx: KoaContextWithOIDC): IssuanceGrant {
  const state = requestState(ctx);
  if (state.issuance) return state.issuance;

  const client = registeredClient(ctx.oidc.client);
  const decision = decideForItself(state, client, ctx.oidc.params ?? {});
  if (!decision.ok) {
    state.issuanceRefusal = decision.error;
    const { error, description } = decision.error;
    throw error === 'invalid_scope'
      ? new errors.InvalidScope(description, undefined as unknown as string)
      : new errors.CustomOIDCProviderError('invalid_target', description);
  }

  const grant = decision.value;
  assertBinding(ctx, grant);
  state.issuance = grant;
  Object.assign(ctx.oidc.params ?? {}, { scope: grant.scopes.join(' ') });
  return grant;
}

/** A resource server that takes bound tokens alone gets no other (RFC 9449 §5, RFC 8705 §3). */
export function assertBinding(
  ctx: KoaContextWithOIDC,
  { resourceServer }: Pick<IssuanceGrant, 'resourceServer'>,
): void {
  if (resourceServer.senderConstrained === 'dpop' && !ctx.get('DPoP')) {
    throw new errors.InvalidDpopProof(`tokens for ${resourceServer.audience} need a DPoP proof`);
  }
  if (resourceServer.senderConstrained === 'mtls' && !presentedCertificate(ctx)) {
    throw new errors.InvalidRequest(
      `tokens for ${resourceServer.audience} need a client certificate`,
    );
  }
}
