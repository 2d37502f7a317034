/** What the store keeps of the vault: the key that secrets are hashed with, sealed under the master key. */
export interface VaultRecord {
  /** Identifies the master key without telling it. */
  readonly masterKeyId: string;
  readonly sealedHashKey: Uint8Array;
  /** Milliseconds since the epoch of the last rekey, or of the beginning. */
  readonly sealedAt: number;
}

/** Keeps the one vault record of an installation. */
export interface VaultStore {
  find(): Promise<VaultRecord | undefined>;
  /** Lays down the first record; fails where there is one. */
  insert(record: VaultRecord): Promise<void>;
  /** Takes the place of the record there is. */
  replace(record: VaultRecord): Promise<void>;
}
