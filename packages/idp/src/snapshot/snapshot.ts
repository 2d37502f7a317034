import type { CompiledCatalog } from '@ambit/scope-catalog';
import type { Client } from '../clients/client.ts';
import type { Derivation } from '../delegation/ports.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { RevocationSet } from '../revocation/revocation-set.ts';

/** The active catalog version, compiled. */
export interface ActiveCatalog {
  readonly version: number;
  readonly digest: string;
  readonly compiled: CompiledCatalog;
}

/**
 * The state of the installation at one revision: what a request decides by, from its first check to its answer.
 *
 * INVARIANT: nothing in it is older than `revision`.
 */
export interface Snapshot {
  readonly revision: number;
  readonly catalog: ActiveCatalog;
  readonly keys: KeyRing;
  readonly revocations: RevocationSet;
  findClient(clientId: string): Promise<Client | undefined>;
  /** Where an exchanged token comes from. */
  findDerivation(jti: string): Promise<Derivation | undefined>;
}

/** Gives the snapshot of the newest revision; a part is loaded again only after it has changed. */
export interface Snapshots {
  current(): Promise<Snapshot>;
}

/** Snapshots, with the last one that was given out at hand. */
export interface KeptSnapshots extends Snapshots {
  /** Undefined before the first. */
  latest(): Snapshot | undefined;
  /** For how many seconds at most the one at hand may have been overtaken: since it was last seen to be the newest. */
  ageSeconds(): number;
}
