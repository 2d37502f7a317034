/** Remembers what may be used once: assertions (RFC 7523 §3), DPoP proofs (RFC 9449 §11.1), and tokens of workloads. */
export interface ReplayStore {
  /**
   * Claims a key, see `replayKey`, until `expiresAt` (ms); false when it is claimed already. One atomic statement, across processes; keys
   * whose time is over are forgotten along the way.
   */
  claim(key: string, expiresAt: number, now: number): Promise<boolean>;
}
