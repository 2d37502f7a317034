import type { CatalogChange } from '@ambit/scope-catalog';
import type { PinnedPlan } from '../../catalog/pinned-plan.ts';
import type { CatalogVersionSummary } from '../../catalog/ports.ts';
import { toTime } from './time.ts';

/** A version as a list shows it. */
export const toWireVersion = (version: CatalogVersionSummary, active: number) => ({
  version: version.version,
  digest: version.digest,
  name: version.name,
  comment: version.comment,
  published_at: toTime(version.publishedAt),
  published_by: version.publishedBy,
  active: version.version === active,
  scopes: version.scopeCount,
});

/** One respect in which two catalogs differ. */
export function toWireChange(change: CatalogChange): object {
  if (!('resourceServer' in change)) return change;
  const { kind, resourceServer, ...rest } = change;
  return { kind, resource_server: resourceServer, ...rest };
}

/** A plan, with what it is pinned to. */
export const toWirePlan = (plan: PinnedPlan): object => ({
  base: plan.base,
  digest: plan.digest,
  version: plan.version,
  assignments: plan.assignments,
  gains: plan.gains,
  losses: plan.losses,
  changes: plan.changes.map(toWireChange),
  revived: plan.revived,
  dormant: plan.dormant,
  suspended: plan.suspended.map(toWireCredential),
  resumed: plan.resumed.map(toWireCredential),
  delegation: {
    gains: plan.delegation.gains.map(toWireReach),
    losses: plan.delegation.losses.map(toWireReach),
  },
  publisher_gains: plan.publisherGains,
  broken_defaults: plan.brokenDefaults,
  summary: plan.summary,
});

const toWireCredential = ({
  client,
  resourceServer,
  audience,
}: PinnedPlan['suspended'][number]) => ({
  client,
  resource_server: resourceServer,
  audience,
});

const toWireReach = ({ maxDepth, ...reach }: PinnedPlan['delegation']['gains'][number]) => ({
  ...reach,
  max_depth: maxDepth,
});
