import type { CatalogChange } from '../diff-catalogs.ts';
import type { FederationChange } from '../diff-federation.ts';
import { missingIn } from '../missing-in.ts';
import { limited, names } from './wording.ts';

type ChangeOf<Kind extends FederationChange['kind']> = Extract<FederationChange, { kind: Kind }>;

/** A token carries the rule it came by, named by what the external token was held to. */
const TOKENS_DIE = 'and the tokens given out under it die';

/**
 * The lines about workloads of other issuers: whose tokens are trusted, which client they come in
 * as and up to which scopes, high risk first, and which tokens die by the change. What a rule
 * matches stands among the changes alone.
 */
export function federationLines(
  changes: readonly CatalogChange[],
  isHigh: (scope: string) => boolean,
): string[] {
  const told = changes
    .flatMap((change) => ('federation' in change ? [change] : []))
    .map((change) => ({ change, high: reached(change).some(isHigh) }))
    .toSorted((a, b) => Number(b.high) - Number(a.high))
    .flatMap(({ change }) => linesOf(change, isHigh));
  return limited(told, 'changes to who comes in from elsewhere');
}

/** The scopes that a change lets other workloads or clients reach than before. */
function reached(change: FederationChange): readonly string[] {
  if (change.kind === 'federation_rule_added') return change.rule.scopes;
  if (change.kind !== 'federation_rule_changed') return [];
  if (change.field === 'scopes') return missingIn(new Set(change.from), new Set(change.to));
  return change.field === 'match' || change.field === 'client' ? change.rule.scopes : [];
}

function linesOf(change: FederationChange, isHigh: (scope: string) => boolean): string[] {
  const { federation } = change;
  switch (change.kind) {
    case 'federation_added':
      return [
        `tokens of \`${change.issuer}\` for \`${change.audience}\` are trusted, as \`${federation}\``,
      ];
    case 'federation_removed':
      return [`tokens of \`${change.issuer}\` for \`${change.audience}\` are trusted no longer`];
    case 'federation_changed':
      return [entryLine(change)];
    case 'federation_rule_added': {
      const { client, scopes } = change.rule;
      const most = upTo(scopes, isHigh);
      return [`workloads of \`${federation}\` come in as \`${client}\` by one more rule, ${most}`];
    }
    case 'federation_rule_removed': {
      const { client } = change.rule;
      return [
        `workloads of \`${federation}\` come in as \`${client}\` by one rule less, ${TOKENS_DIE}`,
      ];
    }
    case 'federation_rule_changed':
      return ruleLines(change, isHigh);
  }
}

function entryLine(change: ChangeOf<'federation_changed'>): string {
  const { federation, field, from, to } = change;
  switch (field) {
    case 'issuer':
    case 'audience':
      return `the ${field} of \`${federation}\` goes from \`${from}\` to \`${to}\`, and the tokens given out to its workloads die`;
    case 'jwksUri':
      return to === null
        ? `the keys of \`${federation}\` come from \`${from}\` no longer`
        : `the keys of \`${federation}\` come from \`${to}\``;
    case 'jwks':
      return `the keys that the catalog holds for \`${federation}\` change`;
  }
}

function ruleLines(
  change: ChangeOf<'federation_rule_changed'>,
  isHigh: (scope: string) => boolean,
): string[] {
  const rule = `the rule for workloads of \`${change.federation}\` as \`${change.rule.client}\``;
  switch (change.field) {
    case 'match':
      return [`${rule} is for others, ${upTo(reached(change), isHigh)}, ${TOKENS_DIE}`];
    case 'client':
      return [`${rule} makes them \`${change.to}\`, ${TOKENS_DIE}`];
    case 'scopes': {
      const more = reached(change);
      const less = missingIn(new Set(change.to), new Set(change.from));
      return [
        ...(more.length === 0 ? [] : [`${rule} comes to reach ${upTo(more, isHigh)}`]),
        ...(less.length === 0
          ? []
          : [`${rule} no longer reaches ${names(less)}, dead in the tokens given out under it`]),
      ];
    }
    case 'translate':
      return [`${rule} reads the scope names of elsewhere otherwise`];
    case 'once':
      return [`${rule} takes each of their tokens ${change.to ? 'once' : 'as often as it comes'}`];
  }
}

/** Scopes as what they reach up to, those of high risk apart and first. */
function upTo(scopes: readonly string[], isHigh: (scope: string) => boolean): string {
  const [high, others] = [scopes.filter(isHigh), scopes.filter((scope) => !isHigh(scope))];
  return [
    ...(high.length === 0 ? [] : [`up to high-risk ${names(high)}`]),
    ...(others.length === 0 ? [] : [`up to ${names(others)}`]),
  ].join(' and ');
}
