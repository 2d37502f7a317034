import { requestFacts } from '../request.ts';
import type { RequestOrigin } from '../request.ts';
import type { Storage } from '../storage.ts';
import { expiryAfterToken } from './rule-expiry.ts';

/** A token as its holder presents it at the revocation endpoint. `expiresAt` is in seconds. */
export interface PresentedToken {
  readonly jti: string;
  readonly subject: string;
  readonly expiresAt: number;
}

/** Revokes one token for the client that asks: what the revocation endpoint does (RFC 7009 §2.1). */
export type RevokeOwnToken = (
  token: PresentedToken,
  clientId: string,
  request: RequestOrigin,
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
  async (token, clientId, request) => {
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
        expiresAt: expiryAfterToken(token.expiresAt),
      });
      await tx.audit.append({
        time: now,
        event: 'token.revoked',
        decision: 'granted',
        ...requestFacts(request),
        actor: clientId,
        client: clientId,
        subject: token.subject,
        revision,
        jti: token.jti,
        expiresAt: token.expiresAt,
      });
    }, 'securing');
  };
