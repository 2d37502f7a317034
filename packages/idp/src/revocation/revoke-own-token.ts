import { requestFacts } from '../request.ts';
import type { RequestOrigin } from '../request.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Storage } from '../storage.ts';
import type { AccessTokenClaims } from '../tokens/access-token.ts';
import { tokenFacts } from '../tokens/token-facts.ts';
import { expiryAfterToken } from './rule-expiry.ts';

/** Revokes one token for the client that asks: what the revocation endpoint does (RFC 7009 §2.1). */
export type RevokeOwnToken = (
  token: AccessTokenClaims,
  clientId: string,
  by: { readonly request: RequestOrigin; readonly snapshot: Pick<Snapshot, 'catalog'> },
) => Promise<void>;

/**
 * Makes the rule of a single token, in one transaction with its audit record. Who may do so is decided before; making
 * it again changes nothing.
 */
export const createRevokeOwnToken =
  (deps: {
    readonly storage: Storage;
    readonly clock: () => number;
    readonly newId: () => string;
  }): RevokeOwnToken =>
  async (token, clientId, { request, snapshot: { catalog } }) => {
    const { storage, clock, newId } = deps;
    const now = clock();
    await storage.transaction(async (tx) => {
      const revision = await tx.revision.advance(['revocations']);
      await tx.revocations.insert({
        kind: 'jti',
        jti: token.jti,
        id: newId(),
        revision,
        createdAt: now,
        createdBy: clientId,
        expiresAt: expiryAfterToken(token.exp),
      });
      await tx.audit.append({
        time: now,
        event: 'token.revoked',
        decision: 'granted',
        ...requestFacts(request),
        actor: clientId,
        ...tokenFacts(token, catalog),
        grantedScopes: token.scope.split(' '),
        catalogVersion: catalog.version,
        revision,
      });
    }, 'securing');
  };
