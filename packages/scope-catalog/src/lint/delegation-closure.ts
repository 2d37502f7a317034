import type { DelegationEntry } from '../document.ts';
import { DELEGATION_DEPTH_MAX } from '../schema.ts';

/** A delegation rule that the lint follows, with its place in the document. */
export interface LintedRule {
  readonly index: number;
  readonly entry: DelegationEntry;
  readonly holding: ReadonlySet<string>;
  readonly may: ReadonlySet<string>;
  readonly maxDepth: number;
}

/**
 * How a scope is come by: after so many exchanges at least, by these rules in the order of the
 * document.
 */
export interface Origin {
  readonly depth: number;
  readonly rules: readonly number[];
}

/** A number of steps that may yet be taken; shared by all that is looked through together. */
export interface Budget {
  steps: number;
}

/** A rule as the lint follows it. */
export const lintedRule = (entry: DelegationEntry, index: number): LintedRule => ({
  index,
  entry,
  holding: new Set(entry.holding),
  may: new Set(entry.may),
  maxDepth: Math.min(entry.maxDepth ?? DELEGATION_DEPTH_MAX, DELEGATION_DEPTH_MAX),
});

/** Rules by each scope that they want held. */
export function rulesByHolding(rules: readonly LintedRule[]): ReadonlyMap<string, LintedRule[]> {
  const byHolding = new Map<string, LintedRule[]>();
  for (const rule of rules) {
    for (const scope of rule.entry.holding) {
      const others = byHolding.get(scope);
      if (others) others.push(rule);
      else byHolding.set(scope, [rule]);
    }
  }
  return byHolding;
}

/**
 * Everything that tokens come to along the rules from certain scopes, each with its nearest origin.
 *
 * It goes one exchange further at a time, for as many as a chain may have and each rule allows.
 * What is held may have come by different ways, so it may tell more than one chain could have, and
 * never less.
 */
export function closureOf(
  start: Iterable<string>,
  byHolding: ReadonlyMap<string, readonly LintedRule[]>,
  budget: Budget,
): ReadonlyMap<string, Origin> {
  const origins = new Map<string, Origin>();
  for (const scope of start) origins.set(scope, { depth: 0, rules: [] });
  let fresh: readonly string[] = [...origins.keys()];
  for (let depth = 1; depth <= DELEGATION_DEPTH_MAX && fresh.length > 0; depth += 1) {
    const candidates = new Set(fresh.flatMap((scope) => byHolding.get(scope) ?? []));
    const found = new Map<string, Origin>();
    for (const rule of candidates) {
      budget.steps -= rule.entry.holding.length;
      if (budget.steps <= 0) return origins;
      const path = depth <= rule.maxDepth ? pathThrough(rule, origins, budget) : undefined;
      if (path === undefined) continue;
      budget.steps -= rule.entry.may.length;
      for (const scope of rule.entry.may) {
        if (!origins.has(scope) && !found.has(scope)) found.set(scope, { depth, rules: path });
      }
    }
    for (const [scope, origin] of found) origins.set(scope, origin);
    fresh = [...found.keys()];
  }
  return origins;
}

/**
 * The rules by which one comes to what a rule gives; undefined where not all it wants is held yet.
 */
function pathThrough(
  { index, entry }: LintedRule,
  origins: ReadonlyMap<string, Origin>,
  budget: Budget,
): readonly number[] | undefined {
  const before = new Set<number>();
  for (const scope of entry.holding) {
    const origin = origins.get(scope);
    if (origin === undefined) return undefined;
    budget.steps -= origin.rules.length;
    for (const rule of origin.rules) before.add(rule);
  }
  return [...before, index];
}
