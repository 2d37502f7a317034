import { quotasOf } from '@ambit/scope-catalog';
import type { CompiledResourceServer, IssuanceGrant } from '@ambit/scope-catalog';
import { decidedBy, issueClaims } from '../oauth/issued-claims.ts';
import type { RequestState } from '../oauth/request-state.ts';
import type { ActClaim } from '../tokens/access-token.ts';
import { signAccessToken } from '../tokens/sign-access-token.ts';

/** A token that is granted: what, to whom, on whose behalf. */
export interface PlainIssuance {
  readonly grant: Pick<IssuanceGrant, 'resourceServer' | 'scopes' | 'lifetimeSeconds'>;
  readonly clientId: string;
  readonly parties: { readonly sub: string; readonly act?: ActClaim };
  /** Told where the grant type has a name for it (RFC 8693 §2.2.1). */
  readonly issuedTokenType?: string;
}

/**
 * The body of the answer to a request that is granted a token (RFC 6749 §5.1), once it was counted; undefined where it comes
 * too often, or where more belongs to the token: a key that it is bound to, or a quota.
 */
export async function issuePlainToken(
  state: RequestState,
  issuance: PlainIssuance,
  pass: () => Promise<boolean>,
  issuer: string,
): Promise<unknown> {
  if (!isPlain(issuance, state)) return undefined;
  const { grant, clientId, parties, issuedTokenType } = issuance;
  const key = state.snapshot.keys.active.get(grant.resourceServer.signingAlg);
  if (key === undefined || !(await pass())) return undefined;

  const scope = grant.scopes.join(' ');
  const accessToken = signAccessToken(key, {
    ...decidedBy(state.snapshot),
    ...issueClaims(state, grant),
    ...parties,
    scope,
    client_id: clientId,
    iss: issuer,
    aud: grant.resourceServer.audience,
  });
  return {
    access_token: accessToken,
    expires_in: grant.lifetimeSeconds,
    ...(issuedTokenType === undefined ? {} : { issued_token_type: issuedTokenType }),
    scope,
    token_type: 'Bearer',
  };
}

const isPlain = (
  { grant: { resourceServer, scopes }, clientId, parties }: PlainIssuance,
  { snapshot }: RequestState,
): boolean =>
  hasPlainTokens(resourceServer) &&
  quotasOf(snapshot.catalog.compiled, { scopes, clientId, subject: parties.sub }).length === 0;

const plainServers = new WeakMap<CompiledResourceServer, boolean>();

/**
 * Whether the tokens for a resource server are bound to no key, and its audience is a URL: the library reads it as one, and the
 * catalog takes some that are none.
 */
function hasPlainTokens(server: CompiledResourceServer): boolean {
  let plain = plainServers.get(server);
  if (plain === undefined) {
    plain = server.senderConstrained === 'none' && URL.canParse(server.audience);
    plainServers.set(server, plain);
  }
  return plain;
}
