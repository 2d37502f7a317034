import { createHash } from 'node:crypto';
import { planCatalog, present } from '@ambit/scope-catalog';
import type { CatalogPlan } from '@ambit/scope-catalog';
import type { PlannedClient } from '../clients/ports.ts';
import type { ActiveCatalog } from '../snapshot/snapshot.ts';
import type { ResolvedTarget } from './catalog-target.ts';

/** A plan with what it was made against, so that publishing by it can tell whether that still holds. */
export interface PinnedPlan extends CatalogPlan {
  /** The version that was active. */
  readonly base: number;
  readonly digest: string;
  /** The number of the target, where it is a version already. */
  readonly version?: number;
  /** See {@link assignmentsDigest}. */
  readonly assignments: string;
}

/** Plans what would happen to these clients if the target took the place of the active version. */
export function planPinned(
  active: ActiveCatalog,
  target: ResolvedTarget,
  clients: readonly PlannedClient[],
  publisher: string,
  now: number,
): PinnedPlan {
  return {
    base: active.version,
    digest: target.digest,
    ...present({ version: target.version }),
    assignments: assignmentsDigest(clients),
    ...planCatalog({
      before: active.compiled,
      after: target.compiled,
      clients,
      publisher,
      now,
    }),
  };
}

/**
 * Names the state of all role assignments: `sha256:` and the digest of the (client, role, until) rows in order. Two
 * states have the same name only if every client holds the same roles until the same times.
 */
export function assignmentsDigest(clients: readonly PlannedClient[]): string {
  const rows = clients.flatMap(({ clientId, assignments }) =>
    assignments.map(({ role, until }) => JSON.stringify([clientId, role, until ?? null])),
  );
  const digest = createHash('sha256');
  for (const row of rows.sort()) digest.update(`${row}\n`);
  return `sha256:${digest.digest('hex')}`;
}
