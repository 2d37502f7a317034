import type { DelegationEntry } from '../document.ts';
import type { Finding } from '../finding.ts';
import { closureOf, lintedRule, rulesByHolding } from './delegation-closure.ts';
import type { Budget, LintedRule, Origin } from './delegation-closure.ts';
import type { DocumentIndex } from './document-index.ts';
import { advice } from './lint-rules.ts';

/** How many steps the lint follows rules before it says that it stops. */
const STEPS_MAX = 3_000_000;

/** What there is to say about delegation rules, each for itself and all together. */
export function* lintDelegation(index: DocumentIndex): Iterable<Finding> {
  const all = (index.document.delegation ?? []).map(lintedRule);
  const rules = all.filter(({ entry }) =>
    [...entry.holding, ...entry.may].every((scope) => index.scopes.has(scope)),
  );
  const budget: Budget = { steps: STEPS_MAX };
  const findings = [
    ...rules.flatMap((rule) => [...lintHolding(rule)]),
    ...lintUse(index, rules, budget),
    ...lintShadows(rules, budget),
    ...lintRisk(index, rules, budget),
    ...lintCircles(index, rules, budget),
  ];
  if (budget.steps <= 0) {
    const message = `the ${rules.length} delegation rules lead to more than can be looked through`;
    yield advice(
      'delegation-unchecked',
      ['delegation'],
      message,
      'let fewer rules build on others',
    );
  } else {
    yield* findings;
  }
}

function* lintHolding({ index, entry }: LintedRule): Iterable<Finding> {
  if (entry.holding.length > 0) return;
  const message = `${named(entry)} may act on behalf of whatever token it is sent`;
  const hint = 'name the scopes that the subject token must carry';
  yield advice('delegation-holding-empty', ['delegation', index, 'holding'], message, hint);
}

/** Rules that no token can satisfy, or that give nothing. */
function* lintUse(
  index: DocumentIndex,
  rules: readonly LintedRule[],
  budget: Budget,
): Iterable<Finding> {
  const granted = new Set<string>();
  for (const role of index.roles.keys()) for (const scope of index.own(role)) granted.add(scope);
  const given = rules.flatMap(({ entry }) => (entry.holding.length === 0 ? entry.may : []));
  const sound = rules.filter(({ entry }) => canBeHeld(index, entry.holding));
  const origins = closureOf([...granted, ...given], rulesByHolding(sound), budget);
  for (const rule of rules) {
    const fault =
      holdingFault(index, rule.entry.holding) ??
      (rule.entry.may.every((scope) => index.isRetired(scope))
        ? `all that ${named(rule.entry)} may ask for is retired`
        : originFault(index, rule, origins));
    if (fault === undefined) continue;
    const hint = 'change what is to be held, or remove the rule';
    yield advice('delegation-unusable', ['delegation', rule.index], fault, hint);
  }
}

/** Why no token ever carries certain scopes together; undefined where one could. */
function holdingFault(index: DocumentIndex, holding: readonly string[]): string | undefined {
  const audiences = new Set(holding.map((scope) => index.scopes.get(scope)?.server.audience));
  if (audiences.size > 1) {
    return `no token carries ${listed(holding)} together, which are of ${audiences.size} audiences`;
  }
  const retired = holding.find((scope) => index.isRetired(scope));
  return retired === undefined ? undefined : `\`${retired}\` is retired, so no token carries it`;
}

const canBeHeld = (index: DocumentIndex, holding: readonly string[]): boolean =>
  holding.length > 0 && holdingFault(index, holding) === undefined;

/** Why what a rule wants held is come by never, or too late for it; undefined where it is. */
function originFault(
  index: DocumentIndex,
  { entry, maxDepth }: LintedRule,
  origins: ReadonlyMap<string, Origin>,
): string | undefined {
  if (index.roles.size === 0) return undefined;
  const unheld = entry.holding.find((scope) => !origins.has(scope));
  if (unheld !== undefined) return `no role grants \`${unheld}\`, and no other rule leads to it`;
  const before = Math.max(0, ...entry.holding.map((scope) => origins.get(scope)?.depth ?? 0));
  return before < maxDepth
    ? undefined
    : `what is to be held takes ${before} exchanges, and the rule allows ${maxDepth} in all`;
}

/** Rules that give nothing which another does not give for as little. */
function* lintShadows(rules: readonly LintedRule[], budget: Budget): Iterable<Finding> {
  const listing = new Map<string, LintedRule[]>();
  const keyOf = ({ actor }: DelegationEntry, scope: string): string =>
    'role' in actor ? `role ${actor.role} ${scope}` : `client ${actor.client} ${scope}`;
  for (const rule of rules) {
    for (const scope of rule.entry.may) {
      const key = keyOf(rule.entry, scope);
      const others = listing.get(key);
      if (others) others.push(rule);
      else listing.set(key, [rule]);
    }
  }
  for (const rule of rules) {
    if (budget.steps <= 0) return;
    const [first = ''] = rule.entry.may;
    const candidates = listing.get(keyOf(rule.entry, first)) ?? [];
    const other = candidates.find((candidate) => {
      budget.steps -= rule.entry.may.length + candidate.entry.holding.length;
      return (
        budget.steps > 0 &&
        candidate !== rule &&
        covers(candidate, rule) &&
        (candidate.index < rule.index || !covers(rule, candidate))
      );
    });
    if (other === undefined) continue;
    const message = `delegation[${other.index}] gives ${named(rule.entry)} all of this for as little`;
    const path = ['delegation', rule.index];
    yield advice('delegation-shadowed', path, message, 'remove one of the two rules');
  }
}

const covers = (one: LintedRule, other: LintedRule): boolean =>
  one.maxDepth >= other.maxDepth &&
  one.entry.holding.every((scope) => other.holding.has(scope)) &&
  other.entry.may.every((scope) => one.may.has(scope));

/** High-risk scopes that a token comes to which began with low-risk ones alone. */
function* lintRisk(
  index: DocumentIndex,
  rules: readonly LintedRule[],
  budget: Budget,
): Iterable<Finding> {
  const riskOf = (scope: string): string => index.scopes.get(scope)?.action.risk ?? 'low';
  const low = [...index.scopes.keys()].filter(
    (scope) => riskOf(scope) === 'low' && !index.isRetired(scope),
  );
  const held = rules.filter(({ entry }) => canBeHeld(index, entry.holding));
  const origins = closureOf(low, rulesByHolding(held), budget);
  for (const { index: at, entry, maxDepth } of held) {
    const ways = entry.holding.map((scope) => origins.get(scope));
    if (ways.some((way) => way === undefined || way.depth >= maxDepth)) continue;
    const before = [...new Set(ways.flatMap((way) => way?.rules ?? []))];
    const by = before.length === 0 ? '' : `, by way of ${before.map(place).join(', ')}`;
    for (const [which, scope] of entry.may.entries()) {
      if (riskOf(scope) !== 'high' || index.isRetired(scope)) continue;
      const from = before.length === 0 ? listed(entry.holding) : 'scopes';
      const message = `low-risk ${from} alone lead to high-risk \`${scope}\`${by}`;
      const hint = 'let a scope of higher risk be held as well';
      yield advice('delegation-raises-risk', ['delegation', at, 'may', which], message, hint);
    }
  }
}

/** Chains that come back to a resource server with more than they left it with. */
function* lintCircles(
  index: DocumentIndex,
  rules: readonly LintedRule[],
  budget: Budget,
): Iterable<Finding> {
  const held = rules.filter(({ entry }) => canBeHeld(index, entry.holding));
  const byHolding = rulesByHolding(held);
  const audienceOf = (scope: string): string => index.scopes.get(scope)?.server.audience ?? '';
  const told = new Set<string>();
  for (const { entry } of held) {
    const home = audienceOf(entry.holding[0] ?? '');
    for (const [scope, { depth, rules: path }] of closureOf(entry.holding, byHolding, budget)) {
      if (budget.steps <= 0) return;
      const last = index.document.delegation?.[path.at(-1) ?? -1];
      const clients = path.map((rule) => clientOf(index.document.delegation?.[rule]));
      if (depth === 0 || audienceOf(scope) !== home || last === undefined) continue;
      if (told.has(scope) || isRepeated(clients)) continue;
      told.add(scope);
      const at = ['delegation', path.at(-1) ?? 0, 'may', last.may.indexOf(scope)];
      const message = `tokens that leave ${home} with ${listed(entry.holding)} come back with \`${scope}\`, by ${path.map(place).join(', ')}`;
      const hint = 'grant it by a role, or let it be held from the start';
      yield advice('delegation-circle', at, message, hint);
    }
  }
}

const clientOf = (entry: DelegationEntry | undefined): string | undefined =>
  entry !== undefined && 'client' in entry.actor ? entry.actor.client : undefined;

/** Whether a client would act twice, which no rule lets it. */
const isRepeated = (clients: readonly (string | undefined)[]): boolean =>
  clients.some((client, at) => client !== undefined && clients.indexOf(client) < at);

const named = ({ actor }: DelegationEntry): string =>
  'role' in actor ? `role \`${actor.role}\`` : `client \`${actor.client}\``;

const place = (rule: number): string => `delegation[${rule}]`;

const SHOWN = 3;

function listed(names: readonly string[]): string {
  const shown = names
    .slice(0, SHOWN)
    .map((name) => `\`${name}\``)
    .join(', ');
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown;
}
