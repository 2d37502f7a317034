/** Remembers what may be used once: assertions (RFC 7523 §3) and DPoP proofs (RFC 9449 §11.1). */
export interface ReplayStore {
  /**
   * Claims a key until `expiresAt` (ms); false when it is claimed already. One atomic statement, across processes; keys
   * whose time is over are forgotten along the way.
   */
  claim(key: string, expiresAt: number, now: number): Promise<boolean>;
}
