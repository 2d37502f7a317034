import type { CompiledDelegation, CompiledDelegationRule } from '../compiled-catalog.ts';
import type { DelegationEntry } from '../document.ts';
import { DELEGATION_DEPTH_MAX } from '../schema.ts';

type Rules = Map<string, Map<string, CompiledDelegationRule[]>>;

/**
 * Sorts delegation rules by whom they name and by what they list, so that a decision costs the same
 * however many rules speak of others.
 */
export function compileDelegation(entries: readonly DelegationEntry[]): CompiledDelegation {
  const byRole: Rules = new Map();
  const byClient: Rules = new Map();
  for (const [index, entry] of entries.entries()) {
    const { actor, holding, maxDepth = DELEGATION_DEPTH_MAX } = entry;
    const rule = { index, entry, holding, maxDepth: Math.min(maxDepth, DELEGATION_DEPTH_MAX) };
    const [rules, name] = 'role' in actor ? [byRole, actor.role] : [byClient, actor.client];
    const byScope = rules.get(name) ?? new Map<string, CompiledDelegationRule[]>();
    rules.set(name, byScope);
    for (const scope of entry.may) {
      const listing = byScope.get(scope);
      if (listing === undefined) byScope.set(scope, [rule]);
      else listing.push(rule);
    }
  }
  return { byRole, byClient };
}
