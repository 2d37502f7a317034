import type { AuditKeyStore, AuditRetention, AuditStore, CheckpointStore } from './audit/ports.ts';
import type { OngoingStall } from './audit/stall.ts';
import type { CatalogStore } from './catalog/ports.ts';
import type { ClientStore } from './clients/ports.ts';
import type { DerivationStore } from './delegation/ports.ts';
import type { KeyStore } from './keys/ports.ts';
import type { QuotaStore } from './limits/ports.ts';
import type { SecretStore } from './metrics/ports.ts';
import type { ReplayStore } from './replay/ports.ts';
import type { RevisionStore } from './revision.ts';
import type { RevocationStore } from './revocation/ports.ts';
import type { VaultStore } from './vault/ports.ts';

/** The `code` of errors that a store throws when it cannot do its work for the moment. */
export const STORE_UNAVAILABLE = 'store.unavailable';

/** Every port a service may ask for; a service asks for the ones it needs with `Pick`. */
export interface Ports {
  readonly revision: RevisionStore;
  readonly catalog: CatalogStore;
  readonly clients: ClientStore;
  readonly keys: KeyStore;
  readonly audit: AuditStore;
  readonly auditRetention: AuditRetention;
  readonly auditKeys: AuditKeyStore;
  readonly checkpoints: CheckpointStore;
  readonly revocations: RevocationStore;
  readonly derivations: DerivationStore;
  readonly replays: ReplayStore;
  readonly quotas: QuotaStore;
  readonly vault: VaultStore;
  readonly secrets: SecretStore;
}

/** Whether an error says that the store cannot do its work for the moment, and nothing else is wrong. */
export const isStoreUnavailable = (error: unknown): boolean =>
  (error as { readonly code?: unknown } | null)?.code === STORE_UNAVAILABLE;

/**
 * What a change is for: one that only takes power away is `securing`. It waits longer for others, and is committed on a full
 * disk too, from space that is kept for it.
 */
export type Urgency = 'ordinary' | 'securing';

/**
 * The storage behind the ports.
 *
 * Reads outside a transaction see committed data alone. A transaction is serialised against every other writer, commits
 * when its work resolves and leaves nothing behind when it rejects; where the store could not keep what it did, the work
 * runs again from the start. It is `ordinary` unless it is said to be more.
 */
export interface Storage<P = Ports> {
  readonly read: P;
  transaction<T>(work: (tx: P) => Promise<T>, urgency?: Urgency): Promise<T>;
  /**
   * Why nothing ordinary can be written, having tried again just now; undefined when it can. Takes a second at the most, and
   * makes the reserve whole again where there is room.
   */
  stall(): Promise<OngoingStall | undefined>;
}
