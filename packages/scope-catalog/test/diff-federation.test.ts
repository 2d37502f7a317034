import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FederationChange, FederationEntry, FederationRuleEntry } from '@ambit/scope-catalog';
import { diffFederation } from '../src/diff-federation.ts';

const rule = (more: Partial<FederationRuleEntry> = {}): FederationRuleEntry => ({
  match: { repository: 'acme/shop', ref: 'refs/heads/main' },
  client: 'deploy-bot',
  scopes: ['deploys:create', 'deploys:read'],
  ...more,
});

const trust = { issuer: 'https://ci.example', audience: 'https://id.example' };

const entry = (
  rules: FederationRuleEntry[],
  more: Partial<FederationEntry> = {},
): FederationEntry => ({ ...trust, rules, ...more });

const diff = (before?: FederationEntry, after?: FederationEntry): FederationChange[] => [
  ...diffFederation('ci', before, after),
];

const key = (kid: string) => ({ kty: 'EC', crv: 'P-256', x: kid, y: kid, kid });

describe('a federation in two catalogs', () => {
  test('that differs in order, or in what goes without saying, does not differ', () => {
    const other = rule({ match: { repository: 'acme/shop' } });
    const same = rule({
      match: { ref: 'refs/heads/main', repository: 'acme/shop' },
      scopes: ['deploys:read', 'deploys:create'],
      once: false,
    });
    const jwks = (...kids: string[]) => ({ jwks: { keys: kids.map(key) } });
    expect(
      diff(entry([rule(), other], jwks('a', 'b')), entry([other, same], jwks('b', 'a'))),
    ).toEqual([]);
  });

  test('is told with where its keys come from when it comes or goes, and each of its rules with it', () => {
    const trusting = entry([rule()], { jwksUri: 'https://ci.example/jwks' });
    const told = { federation: 'ci', ...trust, jwksUri: 'https://ci.example/jwks' };
    expect(diff(undefined, trusting)).toEqual([
      { kind: 'federation_added', ...told },
      { kind: 'federation_rule_added', federation: 'ci', rule: rule() },
    ]);
    expect(diff(trusting, undefined)).toEqual([
      { kind: 'federation_removed', ...told },
      { kind: 'federation_rule_removed', federation: 'ci', rule: rule() },
    ]);
  });

  test('is told property by property when it changes, its rules being the same', () => {
    const jwks = { keys: [key('a')] };
    const after = entry([rule()], { issuer: 'https://ci2.example', audience: 'id', jwks });
    const before = entry([rule()], { jwksUri: 'https://ci.example/jwks' });
    const told = { kind: 'federation_changed', federation: 'ci' };
    expect(diff(before, after)).toEqual([
      { ...told, field: 'issuer', from: 'https://ci.example', to: 'https://ci2.example' },
      { ...told, field: 'audience', from: 'https://id.example', to: 'id' },
      { ...told, field: 'jwksUri', from: 'https://ci.example/jwks', to: null },
      { ...told, field: 'jwks', from: null, to: jwks },
    ]);
  });

  test('tells its rules one by one: added, removed, and changed where they keep whom they match, or client and scopes', () => {
    const wide = { repository: 'acme/shop' };
    const translate = { claim: 'scope', names: { deploy: 'deploys:create' } };
    const before = [
      rule(),
      rule({ match: { sub: 'moved' }, client: 'mover' }),
      rule({ match: { sub: 'handed' }, client: 'old' }),
      rule({ match: { sub: 'gone' }, client: 'gone', scopes: ['deploys:read'] }),
    ];
    const after = [
      rule({ scopes: ['deploys:create', 'deploys:erase'], once: true, translate }),
      rule({ match: wide, client: 'mover' }),
      rule({ match: { sub: 'handed' }, client: 'new' }),
      rule({ match: { sub: 'come' }, client: 'come', scopes: ['deploys:create'] }),
    ];
    const changed = (index: number) => ({
      kind: 'federation_rule_changed',
      federation: 'ci',
      rule: before[index],
    });
    expect(diff(entry(before), entry(after))).toEqual([
      { kind: 'federation_rule_removed', federation: 'ci', rule: before[3] },
      { kind: 'federation_rule_added', federation: 'ci', rule: after[3] },
      {
        ...changed(0),
        field: 'scopes',
        from: ['deploys:create', 'deploys:read'],
        to: ['deploys:create', 'deploys:erase'],
      },
      { ...changed(0), field: 'translate', from: null, to: translate },
      { ...changed(0), field: 'once', from: false, to: true },
      { ...changed(2), field: 'client', from: 'old', to: 'new' },
      { ...changed(1), field: 'match', from: { sub: 'moved' }, to: wide },
    ]);
  });

  test('that goes on as it was is told apart from one beside it that matches as many', () => {
    const twin = rule({ client: 'twin' });
    expect(diff(entry([rule(), twin]), entry([twin, rule({ scopes: ['deploys:read'] })]))).toEqual([
      {
        kind: 'federation_rule_changed',
        federation: 'ci',
        rule: rule(),
        field: 'scopes',
        from: ['deploys:create', 'deploys:read'],
        to: ['deploys:read'],
      },
    ]);
  });

  test('law: equal federations give nothing, and the way back undoes every change', () => {
    fc.assert(
      fc.property(arbitraryEntry, arbitraryEntry, (before, after) => {
        expect(diff(before, structuredClone(before))).toEqual([]);
        expect(told(diff(before, after), false)).toEqual(told(diff(after, before), true));
      }),
      { numRuns: 300 },
    );
  });

  test('law: carrying out what is told makes the one into the other', () => {
    fc.assert(
      fc.property(arbitraryEntry, arbitraryEntry, (before, after) => {
        expect(written(carriedOut(before, diff(before, after)))).toEqual(written(after));
      }),
      { numRuns: 300 },
    );
  });
});

/** Names come from small pools, so that rules of two entries are alike in part. */
const arbitraryRule: fc.Arbitrary<FederationRuleEntry> = fc
  .record({
    match: fc
      .record(
        { sub: fc.constantFrom('a', 'b'), ref: fc.constantFrom('x', 'y') },
        { requiredKeys: [] },
      )
      .map((match) => ({ ...match }) as Record<string, string>),
    client: fc.constantFrom('web', 'bot'),
    scopes: fc.uniqueArray(fc.constantFrom('s:a', 's:b'), { minLength: 1 }),
    once: fc.constantFrom(undefined, true, false),
    translate: fc.constantFrom(undefined, { names: { n: 's:a' } }, { claim: 'scope', names: {} }),
  })
  .map(
    (all) =>
      Object.fromEntries(
        Object.entries(all).filter(([, value]) => value !== undefined),
      ) as unknown as FederationRuleEntry,
  );

const arbitraryEntry: fc.Arbitrary<FederationEntry> = fc
  .record({
    issuer: fc.constantFrom('https://a.example', 'https://b.example'),
    audience: fc.constantFrom('a', 'b'),
    keys: fc.constantFrom(
      {},
      { jwksUri: 'https://a.example/jwks' },
      { jwks: { keys: [key('a'), key('b')] } },
      { jwks: { keys: [key('b')] } },
    ),
    rules: fc.array(arbitraryRule, { maxLength: 6 }),
  })
  .map(({ keys, ...rest }) => ({ ...rest, ...keys }));

/** Changes as texts, the way there and the way back alike. */
const told = (changes: readonly FederationChange[], back: boolean): string[] =>
  changes
    .map((change) => {
      switch (change.kind) {
        case 'federation_rule_added':
        case 'federation_rule_removed':
          return `${String((change.kind === 'federation_rule_added') !== back)} ${JSON.stringify(change.rule)}`;
        case 'federation_changed':
        case 'federation_rule_changed': {
          const [from, to] = back ? [change.to, change.from] : [change.from, change.to];
          return `${change.kind} ${change.field} ${JSON.stringify([from, to])}`;
        }
        default:
          return change.kind;
      }
    })
    .sort();

/** What an entry becomes when changes to it are carried out. */
function carriedOut(entry_: FederationEntry, changes: readonly FederationChange[]): object {
  const fields: Record<string, unknown> = { ...entry_ };
  const rules = [...entry_.rules];
  const changing = new Map<FederationRuleEntry, object>();
  for (const change of changes) {
    if (change.kind === 'federation_changed') fields[change.field] = change.to;
    if (change.kind === 'federation_rule_removed') rules.splice(rules.indexOf(change.rule), 1);
    if (change.kind === 'federation_rule_added') rules.push(change.rule);
    if (change.kind === 'federation_rule_changed') {
      const { rule: was, field, to } = change;
      changing.set(was, { ...was, ...changing.get(was), [field]: to });
    }
  }
  return { ...fields, rules: rules.map((one) => changing.get(one) ?? one) };
}

/** An entry in the one way of writing it. */
function written(from: object): object {
  const { rules, jwks, jwksUri, ...rest } = from as FederationEntry;
  return {
    ...rest,
    jwksUri: jwksUri ?? null,
    jwks: jwks?.keys.map((one) => JSON.stringify(one)).sort() ?? null,
    rules: rules
      .map(({ match: { sub, ref }, client, scopes, once = false, translate = null }) =>
        JSON.stringify([sub, ref, client, scopes.toSorted(), once, translate]),
      )
      .sort(),
  };
}
