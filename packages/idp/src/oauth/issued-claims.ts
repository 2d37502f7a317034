import { present } from '@ambit/scope-catalog';
import type { IssuanceGrant } from '@ambit/scope-catalog';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { actClaim } from '../tokens/act-claim.ts';
import type { GrantedExchange } from './decide-exchange.ts';
import type { RequestState } from './request-state.ts';

/** The claims that say what a token was decided by. */
export const decidedBy = ({ catalog, revision }: Snapshot) => ({
  catalog_version: catalog.version,
  rev: revision,
});

/** The claims that say on whose behalf an exchanged token is, and who acts (RFC 8693 §4.1). */
export const exchangedClaims = ({ subject, grant }: GrantedExchange) => ({
  sub: subject.token.claims.sub,
  ...present({ act: actClaim(grant.actors) }),
});

/** The claims of the one token that is issued now, noted in the state of its request. */
export function issueClaims(
  state: RequestState,
  { resourceServer, lifetimeSeconds }: Pick<IssuanceGrant, 'resourceServer' | 'lifetimeSeconds'>,
): { readonly jti: string; readonly iat: number; readonly exp: number } {
  // It lives from the moment that was decided by, or it would outlive what it rests on by as long as that took.
  const iat = Math.floor(state.now / 1000);
  const exp = iat + lifetimeSeconds;
  // A request issues one token at most, so its id is a token's too, and both are found in the audit log by one word. People type
  // a `jti`: unlike the library's own, a UUID never looks like a flag.
  const jti = state.request.id;
  const kid = state.snapshot.keys.active.get(resourceServer.signingAlg)?.kid ?? '';
  state.issued = { jti, exp, kid };
  return { jti, iat, exp };
}
