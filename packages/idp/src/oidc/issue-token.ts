import type { X509Certificate } from 'node:crypto';
import type { IssuanceGrant } from '@ambit/scope-catalog';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { resourceServerInfo } from './decide-request.ts';
import { buildTokenResponse } from './library-seam.ts';

/**
 * The key that a token is bound to, if any: of a DPoP proof (RFC 9449 §6), or of a client certificate (RFC 8705 §3).
 */
export interface TokenBinding {
  readonly jkt?: string;
  readonly certificate?: X509Certificate | undefined;
}

/** Issues the token that was decided on, and answers with it; the state of the request holds the decision. */
export async function issueToken(
  provider: Provider,
  ctx: KoaContextWithOIDC,
  grant: Pick<IssuanceGrant, 'resourceServer' | 'scopes'>,
  { jkt, certificate, issuedTokenType }: TokenBinding & { readonly issuedTokenType?: string },
): Promise<void> {
  const token = new provider.ClientCredentials({
    client: ctx.oidc.client,
    scope: grant.scopes.join(' '),
  } as never);
  token.resourceServer = new provider.ResourceServer(
    grant.resourceServer.audience,
    resourceServerInfo(ctx),
  );
  if (jkt !== undefined) token.setThumbprint('jkt', jkt);
  if (certificate) token.setThumbprint('x5t', certificate as never);
  ctx.oidc.entity('ClientCredentials', token);
  const value = await token.save();
  ctx.body = buildTokenResponse(provider, {
    accessToken: value,
    expiresIn: token.expiration,
    issuedTokenType,
    scope: token.scope,
    tokenType: token.tokenType,
  });
}
