import {
  decideChainLiveness,
  decideFederationLiveness,
  decideLiveness,
} from '@ambit/scope-catalog';
import type { ChainLossReason } from '@ambit/scope-catalog';
import type { Client } from '../clients/client.ts';
import type { Derivation } from '../delegation/ports.ts';
import type { RevocationRule } from '../revocation/ports.ts';
import type { RevocableToken } from '../revocation/revocation-set.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { InactiveReason, VerifiedToken } from './access-token.ts';

/** What is left of a token's scopes; `step` tells where along a chain one was lost, 0 being the root. */
export interface TokenLiveness {
  readonly scopes: readonly string[];
  readonly lost: readonly {
    readonly scope: string;
    readonly reason: ChainLossReason;
    readonly step?: number;
  }[];
}

/** Whether a verified token still counts, and what is left of it. */
export type TokenDecision =
  | {
      readonly active: true;
      readonly token: VerifiedToken;
      readonly liveness: TokenLiveness;
      /** Where an exchanged token comes from. */
      readonly derivation?: Derivation;
    }
  | {
      readonly active: false;
      readonly token: VerifiedToken;
      readonly reason: Extract<
        InactiveReason,
        'expired' | 'underived' | 'revoked' | 'no_live_scope'
      >;
      readonly rule?: RevocationRule;
      readonly liveness?: TokenLiveness;
    };

/**
 * Decides again, now, whether a token is active (RFC 7662 §2.2): it has not expired; where it was exchanged, its
 * derivation is on record; no revocation rule covers it or any token it descends from; and at least one of its scopes
 * is live, at every step from its root, and under its rule where that is a workload's. The checks run in this order.
 */
export async function decideToken(
  token: VerifiedToken,
  snapshot: Snapshot,
  now: number,
): Promise<TokenDecision> {
  const { claims } = token;
  if (claims.exp * 1000 <= now) return { active: false, token, reason: 'expired' };

  const derivation = claims.act && (await snapshot.findDerivation(claims.jti));
  if (claims.act && !derivation) return { active: false, token, reason: 'underived' };

  const chain = [revocableToken(token), ...(derivation?.ancestors ?? [])];
  const rule = chain.map((link) => snapshot.revocations.find(link)).find(Boolean);
  if (rule) return { active: false, token, reason: 'revoked', rule };

  const liveness = await decideScopes(token, derivation, snapshot, now);
  if (liveness.scopes.length === 0) {
    return { active: false, token, reason: 'no_live_scope', liveness };
  }
  return { active: true, token, liveness, ...(derivation === undefined ? {} : { derivation }) };
}

/** A token as revocation knows it. */
export const revocableToken = ({ claims, kid }: VerifiedToken): RevocableToken => ({
  jti: claims.jti,
  clientId: claims.client_id,
  scopes: claims.scope.split(' '),
  kid,
  catalogVersion: claims.catalog_version,
  issuedAt: claims.iat,
  revision: claims.rev,
});

async function decideScopes(
  { claims }: VerifiedToken,
  derivation: Derivation | undefined,
  snapshot: Snapshot,
  now: number,
): Promise<TokenLiveness> {
  const catalog = snapshot.catalog.compiled;
  if (!derivation) {
    const token = { audience: claims.aud, scopes: claims.scope.split(' ') };
    const client = await snapshot.findClient(claims.client_id);
    return claims.fed === undefined
      ? decideLiveness(catalog, client, token, now)
      : decideFederationLiveness(catalog, client, { ...token, federation: claims.fed }, now);
  }
  const { root, steps } = derivation;
  const clients = new Map<string, Client | undefined>();
  for (const clientId of new Set([root.clientId, ...steps.map(({ actor }) => actor)])) {
    clients.set(clientId, await snapshot.findClient(clientId));
  }
  return decideChainLiveness(catalog, (clientId) => clients.get(clientId), root, steps, now);
}
