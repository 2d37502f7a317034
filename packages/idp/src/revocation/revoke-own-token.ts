import type { Storage } from '../storage.ts';

/** A token as its holder presents it at the revocation endpoint. `expiresAt` is in seconds. */
export interface PresentedToken {
  readonly jti: string;
  readonly subject: string;
  readonly expiresAt: number;
}

/**
 * Revokes one token for the client it was issued to (RFC 7009 §2.1), in one transaction with its audit record. Who may do
 * so is decided before. Revoking again changes nothing and is answered alike.
 */
export const revokeOwnToken =
  ({ storage, clock, newId }: { storage: Storage; clock: () => number; newId: () => string }) =>
  async (token: PresentedToken, clientId: string, requestId: string): Promise<void> => {
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
        expiresAt: (token.expiresAt + 60) * 1000,
      });
      await tx.audit.append({
        time: now,
        event: 'token.revoked',
        decision: 'granted',
        requestId,
        actor: clientId,
        client: clientId,
        subject: token.subject,
        revision,
        jti: token.jti,
        expiresAt: token.expiresAt,
      });
    });
  };
