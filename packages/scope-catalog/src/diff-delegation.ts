import type { DelegationEntry } from './document.ts';
import { pairOff, textOf } from './pair-off.ts';
import type { Written } from './pair-off.ts';
import { DELEGATION_DEPTH_MAX } from './schema.ts';

/** How two versions of one delegation rule differ in one respect. */
export type DelegationRuleField =
  | {
      readonly field: 'holding' | 'may';
      readonly from: readonly string[];
      readonly to: readonly string[];
    }
  | { readonly field: 'maxDepth'; readonly from: number; readonly to: number };

/** One respect in which the delegation rules of two catalogs differ. */
export type DelegationChange =
  | {
      readonly kind: 'delegation_rule_added' | 'delegation_rule_removed';
      readonly rule: DelegationEntry;
    }
  /** `rule` is as it was before. */
  | ({
      readonly kind: 'delegation_rule_changed';
      readonly rule: DelegationEntry;
    } & DelegationRuleField);

/** A rule in the one way of writing it: lists sorted, the depth filled in. */
interface Rule extends Written {
  readonly entry: DelegationEntry;
  readonly holding: readonly string[];
  readonly may: readonly string[];
  readonly maxDepth: number;
}

/**
 * Says in what two lists of rules differ. Rules have no names: one whose actor and `holding`, or
 * else whose actor and `may`, stay the same is the same rule, changed. Their order, and that of
 * their lists, means nothing.
 */
export function diffDelegation(
  before: readonly DelegationEntry[],
  after: readonly DelegationEntry[],
): DelegationChange[] {
  const { pairs, ...left } = pairOff(before.map(ruleOf), after.map(ruleOf), [
    ({ text }) => text,
    ({ entry, holding }) => textOf([entry.actor, holding]),
    ({ entry, may }) => textOf([entry.actor, may]),
  ]);
  return [
    ...left.before.map(({ entry }) => ({ kind: 'delegation_rule_removed', rule: entry }) as const),
    ...left.after.map(({ entry }) => ({ kind: 'delegation_rule_added', rule: entry }) as const),
    ...pairs.flatMap(([was, is]) => [...fieldsOf(was, is)]),
  ];
}

function* fieldsOf(was: Rule, is: Rule): Iterable<DelegationChange> {
  if (was.text === is.text) return;
  const kind = 'delegation_rule_changed';
  const rule = was.entry;
  for (const field of ['holding', 'may'] as const) {
    const [from, to] = [was[field], is[field]];
    if (textOf(from) !== textOf(to)) yield { kind, rule, field, from, to };
  }
  const [from, to] = [was.maxDepth, is.maxDepth];
  if (from !== to) yield { kind, rule, field: 'maxDepth', from, to };
}

function ruleOf(entry: DelegationEntry): Rule {
  const holding = [...entry.holding].sort();
  const may = [...entry.may].sort();
  const maxDepth = entry.maxDepth ?? DELEGATION_DEPTH_MAX;
  return { entry, holding, may, maxDepth, text: textOf([entry.actor, holding, may, maxDepth]) };
}
