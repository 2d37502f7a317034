import type { CompiledQuota } from '../compiled-catalog.ts';
import type { CatalogChange } from '../diff-catalogs.ts';

/** What becomes of quotas, a line for each. */
export const quotaLines = (changes: readonly CatalogChange[]): string[] =>
  changes.flatMap((change) =>
    change.kind === 'scope_changed' && change.field === 'quota'
      ? [quotaLine(change.scope, change.from, change.to)]
      : [],
  );

function quotaLine(scope: string, from: CompiledQuota | null, to: CompiledQuota | null): string {
  if (to === null) return `tokens with \`${scope}\` have no quota any more`;
  if (from === null) return `tokens with \`${scope}\` get a quota: ${inWords(to)}`;
  return `the quota of \`${scope}\` goes from ${inWords(from)} to ${inWords(to)}`;
}

const inWords = ({ limit, windowSeconds, per, mode }: CompiledQuota): string =>
  `${limit} in ${windowSeconds} s for each ${per}, ${mode === 'observe' ? 'observed' : 'enforced'}`;
