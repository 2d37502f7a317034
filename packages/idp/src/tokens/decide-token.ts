import { decideLiveness } from '@ambit/scope-catalog';
import type { LivenessDecision } from '@ambit/scope-catalog';
import type { RevocationRule } from '../revocation/ports.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { InactiveReason, VerifiedToken } from './access-token.ts';

/** Whether a verified token still counts, and what is left of it. */
export type TokenDecision =
  | { readonly active: true; readonly token: VerifiedToken; readonly liveness: LivenessDecision }
  | {
      readonly active: false;
      readonly token: VerifiedToken;
      readonly reason: Extract<InactiveReason, 'expired' | 'revoked' | 'no_live_scope'>;
      readonly rule?: RevocationRule;
      readonly liveness?: LivenessDecision;
    };

/**
 * Decides again, now, whether a token is active (RFC 7662 §2.2): it has not expired, no revocation rule covers it, and
 * its client is still entitled to at least one of its scopes. The checks run in this order.
 */
export async function decideToken(
  token: VerifiedToken,
  snapshot: Snapshot,
  now: number,
): Promise<TokenDecision> {
  const { claims, kid } = token;
  if (claims.exp * 1000 <= now) return { active: false, token, reason: 'expired' };

  const scopes = claims.scope.split(' ');
  const rule = snapshot.revocations.find({
    jti: claims.jti,
    clientId: claims.client_id,
    scopes,
    kid,
    catalogVersion: claims.catalog_version,
    issuedAt: claims.iat,
    revision: claims.rev,
  });
  if (rule) return { active: false, token, reason: 'revoked', rule };

  const client = await snapshot.findClient(claims.client_id);
  const liveness = decideLiveness(
    snapshot.catalog.compiled,
    client,
    { audience: claims.aud, scopes },
    now,
  );
  if (liveness.scopes.length === 0) {
    return { active: false, token, reason: 'no_live_scope', liveness };
  }
  return { active: true, token, liveness };
}
