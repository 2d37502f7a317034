import canonicalize from 'canonicalize';
import type { DelegationEntry } from './document.ts';
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
interface Rule {
  readonly entry: DelegationEntry;
  readonly holding: readonly string[];
  readonly may: readonly string[];
  readonly maxDepth: number;
  readonly text: string;
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
  const unchanged = paired(before.map(ruleOf), after.map(ruleOf), ({ text }) => text);
  const byHolding = paired(unchanged.before, unchanged.after, ({ entry, holding }) =>
    textOf([entry.actor, holding]),
  );
  const byMay = paired(byHolding.before, byHolding.after, ({ entry, may }) =>
    textOf([entry.actor, may]),
  );
  return [
    ...byMay.before.map(({ entry }) => ({ kind: 'delegation_rule_removed', rule: entry }) as const),
    ...byMay.after.map(({ entry }) => ({ kind: 'delegation_rule_added', rule: entry }) as const),
    ...[...byHolding.pairs, ...byMay.pairs].flatMap(([was, is]) => [...fieldsOf(was, is)]),
  ];
}

function* fieldsOf(was: Rule, is: Rule): Iterable<DelegationChange> {
  const kind = 'delegation_rule_changed';
  const rule = was.entry;
  for (const field of ['holding', 'may'] as const) {
    const [from, to] = [was[field], is[field]];
    if (textOf(from) !== textOf(to)) yield { kind, rule, field, from, to };
  }
  const [from, to] = [was.maxDepth, is.maxDepth];
  if (from !== to) yield { kind, rule, field: 'maxDepth', from, to };
}

/** Pairs off what has the same key on both sides, in order, and says what is left. */
function paired(
  before: readonly Rule[],
  after: readonly Rule[],
  keyOf: (rule: Rule) => string,
): { readonly pairs: [Rule, Rule][]; readonly before: Rule[]; readonly after: Rule[] } {
  const waiting = new Map<string, Rule[]>();
  for (const rule of after.toSorted(byText)) {
    const key = keyOf(rule);
    waiting.set(key, [...(waiting.get(key) ?? []), rule]);
  }
  const pairs: [Rule, Rule][] = [];
  const left: Rule[] = [];
  for (const rule of before.toSorted(byText)) {
    const other = waiting.get(keyOf(rule))?.shift();
    if (other === undefined) left.push(rule);
    else pairs.push([rule, other]);
  }
  return { pairs, before: left, after: [...waiting.values()].flat().sort(byText) };
}

function ruleOf(entry: DelegationEntry): Rule {
  const holding = [...entry.holding].sort();
  const may = [...entry.may].sort();
  const maxDepth = entry.maxDepth ?? DELEGATION_DEPTH_MAX;
  return { entry, holding, may, maxDepth, text: textOf([entry.actor, holding, may, maxDepth]) };
}

const byText = (a: Rule, b: Rule): number => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0);

const textOf = (value: unknown): string => canonicalize(value) ?? '';
