import { segmentsCover, segmentsMeet, segmentsOf } from '../claim-pattern.ts';
import type { FederationRuleEntry } from '../document.ts';
import type { Budget } from './delegation-closure.ts';

/** What a rule comes to by the others of its issuer that name as many claims. */
export interface RuleClash {
  /** Its place among the rules of its issuer, and that of the other. */
  readonly rule: number;
  readonly other: number;
  /** Whether the other matches all that it matches, or some of it. */
  readonly shadowed: boolean;
}

/** What a rule wants of each claim that it names, in segments. */
type Wants = ReadonlyMap<string, readonly string[]>;

/**
 * The rules of one issuer that another one of as many claims keeps from winning, each once: for all
 * tokens where there is such another, else for some. Of those that a third one shadows nothing more
 * is told, for whatever meets them meets that one. Ends early when the budget does.
 */
export function rulesThatClash(rules: readonly FederationRuleEntry[], budget: Budget): RuleClash[] {
  const wants = rules.map(({ match }): Wants => {
    return new Map(Object.entries(match).map(([claim, pattern]) => [claim, segmentsOf(pattern)]));
  });
  const shadowing = new Map<number, number>();
  const tied = new Map<number, number>();
  wants.forEach((own, rule) => {
    for (let other = 0; other < rule && budget.steps > 0; other += 1) {
      const beside = wants[other];
      budget.steps -= 1;
      if (beside?.size !== own.size || shadowing.has(other)) continue;
      if (!meet(own, beside, budget)) continue;
      if (covers(beside, own, budget)) {
        shadowing.set(rule, other);
        return;
      }
      if (covers(own, beside, budget)) shadowing.set(other, rule);
      else if (!tied.has(rule)) tied.set(rule, other);
    }
  });
  return rules.flatMap((_entry, rule): RuleClash[] => {
    const other = shadowing.get(rule) ?? tied.get(rule);
    return other === undefined ? [] : [{ rule, other, shadowed: shadowing.has(rule) }];
  });
}

/** Whether a token may match two rules at once. */
function meet(one: Wants, other: Wants, budget: Budget): boolean {
  for (const [claim, segments] of one) {
    const beside = other.get(claim);
    if (beside === undefined) continue;
    budget.steps -= segments.length;
    if (!segmentsMeet(segments, beside)) return false;
  }
  return true;
}

/** Whether a token that matches the narrow rule matches the wide one too. */
function covers(wide: Wants, narrow: Wants, budget: Budget): boolean {
  for (const [claim, segments] of wide) {
    const beside = narrow.get(claim);
    if (beside === undefined) return false;
    budget.steps -= segments.length;
    if (!segmentsCover(segments, beside)) return false;
  }
  return true;
}
