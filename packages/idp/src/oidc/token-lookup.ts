import { present } from '@ambit/scope-catalog';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { RevokeOwnToken } from '../revocation/revoke-own-token.ts';
import { decideToken } from '../tokens/decide-token.ts';
import type { TokenVerifier } from '../tokens/token-verifier.ts';
import { requestState } from '../oauth/request-state.ts';

/** Why a token will never be active again, so that revoking it would add nothing. */
const FINAL: ReadonlySet<string> = new Set(['expired', 'revoked']);

/**
 * Lets the library find the JWTs it does not store: at introspection those that are live now, at revocation also
 * those that may be so again, since a token without a live scope today may have one tomorrow.
 */
export function lookUpJwts(
  provider: Provider,
  context: () => KoaContextWithOIDC,
  verifier: TokenVerifier,
  revoke: RevokeOwnToken,
): void {
  const { ClientCredentials, AccessToken } = provider;

  // Every token of Ambit's is found as the one kind; the library looks through all of them.
  AccessToken.find = () => Promise.resolve(undefined);

  const find = async (value: string) => {
    const ctx = context();
    const state = requestState(ctx);
    const verified = await verifier.verify(value, state.snapshot.keys);
    if (!verified.ok) {
      state.presented = { active: false, reason: verified.error };
      return undefined;
    }
    const decision = await decideToken(verified.value, state.snapshot, state.now);
    state.presented = decision;
    const mayRevive =
      ctx.oidc.route === 'revocation' && !decision.active && !FINAL.has(decision.reason);
    if (!decision.active && !mayRevive) return undefined;

    const { claims } = verified.value;
    const { cnf, sub, catalog_version, rev, act, may_act, fed } = claims;
    const scopes = decision.active ? decision.liveness.scopes : [];
    return new ClientCredentials({
      kind: 'ClientCredentials',
      jti: claims.jti,
      iat: claims.iat,
      exp: claims.exp,
      clientId: claims.client_id,
      aud: claims.aud,
      scope: scopes.join(' ') || undefined,
      ...present({ jkt: cnf?.jkt, 'x5t#S256': cnf?.['x5t#S256'] }),
      extra: present({ sub, catalog_version, rev, act, may_act, fed }),
    } as never);
  };
  ClientCredentials.find = find as typeof ClientCredentials.find;

  ClientCredentials.prototype.destroy = async function destroy() {
    const ctx = context();
    const state = requestState(ctx);
    const { presented } = state;
    if (!presented || !('token' in presented)) throw new Error('no token of ours was presented');
    await revoke(presented.token.claims, ctx.oidc.client?.clientId ?? '', state);
    state.recorded = true;
  };
}
