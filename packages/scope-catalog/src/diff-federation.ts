import type { FederationEntry, FederationRuleEntry, TranslationEntry } from './document.ts';
import { pairOff, textOf } from './pair-off.ts';
import type { Written } from './pair-off.ts';
import { present } from './present.ts';

/** Where the keys of an issuer come from: a URL, the catalog, or by neither the issuer's discovery. */
type KeySource = Pick<FederationEntry, 'jwksUri' | 'jwks'>;

/** How a federation differs in one respect, its rules apart; null where the property is absent. */
export type FederationField =
  | { readonly field: 'issuer' | 'audience'; readonly from: string; readonly to: string }
  | { readonly field: 'jwksUri'; readonly from: string | null; readonly to: string | null }
  | {
      readonly field: 'jwks';
      readonly from: NonNullable<FederationEntry['jwks']> | null;
      readonly to: NonNullable<FederationEntry['jwks']> | null;
    };

/** How two versions of one federation rule differ in one respect. */
export type FederationRuleField =
  | {
      readonly field: 'match';
      readonly from: FederationRuleEntry['match'];
      readonly to: FederationRuleEntry['match'];
    }
  | { readonly field: 'client'; readonly from: string; readonly to: string }
  | { readonly field: 'scopes'; readonly from: readonly string[]; readonly to: readonly string[] }
  | {
      readonly field: 'translate';
      readonly from: TranslationEntry | null;
      readonly to: TranslationEntry | null;
    }
  | { readonly field: 'once'; readonly from: boolean; readonly to: boolean };

/** One respect in which a federation, by its name in the catalog, differs between two catalogs. */
export type FederationChange = { readonly federation: string } & (
  | ({
      readonly kind: 'federation_added' | 'federation_removed';
      readonly issuer: string;
      readonly audience: string;
    } & KeySource)
  | ({ readonly kind: 'federation_changed' } & FederationField)
  | {
      readonly kind: 'federation_rule_added' | 'federation_rule_removed';
      readonly rule: FederationRuleEntry;
    }
  /** `rule` is as it was before. */
  | ({
      readonly kind: 'federation_rule_changed';
      readonly rule: FederationRuleEntry;
    } & FederationRuleField)
);

/** A rule in the one way of writing it: scopes sorted, what goes without saying filled in. */
interface Rule extends Written {
  readonly entry: FederationRuleEntry;
  readonly scopes: readonly string[];
  readonly translate: TranslationEntry | null;
  readonly once: boolean;
}

/**
 * Says in what a federation differs between two catalogs, rule by rule; one of the two may be
 * absent, and then every rule comes or goes with it.
 *
 * Rules have no names: one whose `match`, or else whose client and scopes, stay the same is the
 * same rule, changed. Their order means nothing, nor does that of scopes and of keys.
 */
export function* diffFederation(
  federation: string,
  before: FederationEntry | undefined,
  after: FederationEntry | undefined,
): Iterable<FederationChange> {
  if (before && after) yield* entryFields(federation, before, after);
  else if (after) yield { kind: 'federation_added', federation, ...trustOf(after) };
  else if (before) yield { kind: 'federation_removed', federation, ...trustOf(before) };

  const was = (before?.rules ?? []).map(ruleOf);
  const { pairs, ...left } = pairOff(was, (after?.rules ?? []).map(ruleOf), [
    ({ text }) => text,
    ({ entry }) => textOf([entry.match, entry.client]),
    ({ entry }) => textOf(entry.match),
    ({ entry, scopes }) => textOf([entry.client, scopes]),
  ]);
  for (const { entry } of left.before) {
    yield { kind: 'federation_rule_removed', federation, rule: entry };
  }
  for (const { entry } of left.after) {
    yield { kind: 'federation_rule_added', federation, rule: entry };
  }
  for (const [one, other] of pairs) yield* ruleFields(federation, one, other);
}

const trustOf = ({ issuer, audience, jwksUri, jwks }: FederationEntry) => ({
  issuer,
  audience,
  ...present({ jwksUri, jwks }),
});

function* entryFields(
  federation: string,
  before: FederationEntry,
  after: FederationEntry,
): Iterable<FederationChange> {
  const kind = 'federation_changed';
  for (const field of ['issuer', 'audience'] as const) {
    const [from, to] = [before[field], after[field]];
    if (from !== to) yield { kind, federation, field, from, to };
  }
  const uris = [before.jwksUri ?? null, after.jwksUri ?? null] as const;
  if (uris[0] !== uris[1]) {
    yield { kind, federation, field: 'jwksUri', from: uris[0], to: uris[1] };
  }
  const [from, to] = [before.jwks ?? null, after.jwks ?? null];
  if (keysOf(from) !== keysOf(to)) yield { kind, federation, field: 'jwks', from, to };
}

/** Keys in the one way of writing them. */
const keysOf = (jwks: FederationEntry['jwks'] | null): string =>
  textOf(jwks?.keys.map(textOf).sort() ?? null);

function* ruleFields(federation: string, was: Rule, is: Rule): Iterable<FederationChange> {
  if (was.text === is.text) return;
  const kind = 'federation_rule_changed';
  const rule = was.entry;
  const [match, other] = [was.entry.match, is.entry.match];
  if (textOf(match) !== textOf(other)) {
    yield { kind, federation, rule, field: 'match', from: match, to: other };
  }
  const [client, successor] = [was.entry.client, is.entry.client];
  if (client !== successor) {
    yield { kind, federation, rule, field: 'client', from: client, to: successor };
  }
  if (textOf(was.scopes) !== textOf(is.scopes)) {
    yield { kind, federation, rule, field: 'scopes', from: was.scopes, to: is.scopes };
  }
  if (textOf(was.translate) !== textOf(is.translate)) {
    yield { kind, federation, rule, field: 'translate', from: was.translate, to: is.translate };
  }
  if (was.once !== is.once) {
    yield { kind, federation, rule, field: 'once', from: was.once, to: is.once };
  }
}

function ruleOf(entry: FederationRuleEntry): Rule {
  const { match, client, translate = null, once = false } = entry;
  const scopes = [...entry.scopes].sort();
  return { entry, scopes, translate, once, text: textOf([match, client, scopes, translate, once]) };
}
