import { createSnapshots } from '../../src/snapshot/create-snapshots.ts';
import type { SnapshotDependencies } from '../../src/snapshot/create-snapshots.ts';
import type { KeptSnapshots } from '../../src/snapshot/snapshot.ts';
import { ISSUER } from './house.ts';
import type { House } from './house.ts';

/** Snapshots of a house, parts of which are read from elsewhere; without any key. */
export const snapshotsOver = (
  { storage, clock }: House,
  read: Partial<SnapshotDependencies['read']>,
): KeptSnapshots =>
  createSnapshots({
    read: { ...storage.read, ...read },
    issuer: ISSUER,
    clock,
    decodeKeyRing: () => ({ published: new Map(), active: new Map() }),
  });
