import { StoreUnavailable } from './unavailable.ts';

/** What a claim says; see {@link HeldClaims}. */
export type Claim = readonly [key: string, expiresAt: number, now: number];

/** How many claims are held at most; whoever comes with one more is refused. */
const HELD_MOST = 100_000;

/**
 * Claims that cannot be written for now, held in memory until they can be.
 *
 * So resource servers that authenticate by assertions go on while the log is stalled, and an assertion or proof is still
 * taken once. What is held is lost with the process: an assertion that was taken in a stall which the process did not
 * outlive may be taken once more before it expires.
 */
export interface HeldClaims {
  /** Claims a key; false when a claim on it is held already. Throws where no more can be held. */
  hold(claim: Claim): boolean;
  /** Forgets a claim that came to nothing. */
  drop(claim: Claim): void;
  /** Whether a claim on a key is held. */
  has(key: string, now: number): boolean;
  /** Writes what is held with `write`, and forgets it once that has resolved. */
  writeOut(write: (held: readonly Claim[]) => Promise<void>): Promise<void>;
}

/** Makes an empty set of held claims. */
export function createHeldClaims(): HeldClaims {
  const held = new Map<string, Claim>();
  const has = (key: string, now: number): boolean => {
    const [, expiresAt] = held.get(key) ?? [];
    return expiresAt !== undefined && expiresAt > now;
  };
  const forgetExpired = (now: number): void => {
    for (const [key, [, expiresAt]] of held) if (expiresAt <= now) held.delete(key);
  };
  return {
    has,
    hold(claim) {
      const [key, , now] = claim;
      if (has(key, now)) return false;
      if (held.size >= HELD_MOST) forgetExpired(now);
      if (held.size >= HELD_MOST) throw new StoreUnavailable('too many claims are held');
      held.set(key, claim);
      return true;
    },
    drop(claim) {
      if (held.get(claim[0]) === claim) held.delete(claim[0]);
    },
    async writeOut(write) {
      const claims = [...held.values()];
      await write(claims);
      for (const claim of claims) if (held.get(claim[0]) === claim) held.delete(claim[0]);
    },
  };
}
