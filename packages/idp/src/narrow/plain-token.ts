import { quotasOf } from '@ambit/scope-catalog';
import type { CompiledResourceServer, IssuanceGrant } from '@ambit/scope-catalog';
import type { Client } from '../clients/client.ts';
import { decideForItself } from '../oauth/decide-for-itself.ts';
import { decidedBy, issueClaims } from '../oauth/issued-claims.ts';
import type { RequestState } from '../oauth/request-state.ts';
import { signAccessToken } from '../tokens/sign-access-token.ts';
import type { PlainRequest } from './plain-request.ts';

/**
 * The body of the answer to client_credentials (RFC 6749 §4.4.3), once the request was counted; undefined where it is not
 * granted, or where more belongs to it: a key that the token is bound to, or a quota.
 */
export async function decideToken(
  { clientId, parameters }: PlainRequest,
  client: Client,
  state: RequestState,
  pass: () => Promise<boolean>,
  { issuer }: { readonly issuer: string },
): Promise<unknown> {
  const decision = decideForItself(state, client, parameters);
  if (!decision.ok || !isPlain(decision.value, clientId, state)) return undefined;
  const grant = decision.value;
  const key = state.snapshot.keys.active.get(grant.resourceServer.signingAlg);
  if (key === undefined || !(await pass())) return undefined;

  state.issuance = grant;
  const scope = grant.scopes.join(' ');
  const accessToken = signAccessToken(key, {
    ...decidedBy(state.snapshot),
    ...issueClaims(state, grant),
    sub: clientId,
    scope,
    client_id: clientId,
    iss: issuer,
    aud: grant.resourceServer.audience,
  });
  return {
    access_token: accessToken,
    expires_in: grant.lifetimeSeconds,
    scope,
    token_type: 'Bearer',
  };
}

const isPlain = (
  { resourceServer, scopes }: IssuanceGrant,
  clientId: string,
  { snapshot }: RequestState,
): boolean =>
  hasPlainTokens(resourceServer) &&
  quotasOf(snapshot.catalog.compiled, { scopes, clientId, subject: clientId }).length === 0;

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
