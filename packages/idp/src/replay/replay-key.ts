import { hash } from 'node:crypto';

/**
 * Who vouches for a `jti` that may be used once: a client (by assertion, or by proof at the OAuth endpoints), a proof key (at
 * the admin API), or the issuer of a workload's token.
 */
export type ReplayScope = 'client' | 'proof-key' | 'issuer';

/**
 * The key under which a `jti` is claimed, of the same length whatever it holds. INVARIANT: two that differ in scope, in who
 * vouches or in `jti` have different keys, so that nobody uses up what is another's by a name that runs into theirs.
 */
export const replayKey = (scope: ReplayScope, voucher: string, jti: string): string =>
  hash('sha256', JSON.stringify([scope, voucher, jti]), 'base64url');
