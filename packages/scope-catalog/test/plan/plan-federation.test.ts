import { describe, expect, test } from '@jest/globals';
import { decideFederation, decideFederationLiveness, planCatalog } from '@ambit/scope-catalog';
import type {
  CatalogDocument,
  FederatedClient,
  FederationEntry,
  FederationRuleEntry,
} from '@ambit/scope-catalog';
import { compiled, NOW } from '../arbitraries.ts';

const trust = { issuer: 'https://ci.example', audience: 'https://id.example' };

const rule = (more: Partial<FederationRuleEntry> = {}): FederationRuleEntry => ({
  match: { repository: 'acme/shop' },
  client: 'deploy-bot',
  scopes: ['deploys:create', 'deploys:read'],
  ...more,
});

const shop = (
  rules?: FederationRuleEntry[],
  more: Partial<FederationEntry> = {},
): CatalogDocument => ({
  catalog: 'shop',
  resourceServers: {
    deploys: {
      audience: 'https://deploys.example',
      resources: { deploys: { actions: { create: {}, read: {}, erase: { risk: 'high' } } } },
    },
  },
  roles: { deployer: { scopes: ['deploys:*'] } },
  ...(rules === undefined ? {} : { federation: { ci: { ...trust, rules, ...more } } }),
});

/** The lines of a plan, those left out that every plan has. */
const lines = (before: CatalogDocument, after: CatalogDocument): readonly string[] =>
  planCatalog({
    before: compiled(before),
    after: compiled(after),
    clients: [],
    now: NOW,
  }).summary.slice(1);

const bot: FederatedClient = {
  clientId: 'deploy-bot',
  enabled: true,
  assignments: [{ role: 'deployer' }],
  federatedIssuer: 'ci',
};

/** What is left, under another catalog, of a token that a workload got under one. */
function left(before: CatalogDocument, after: CatalogDocument): readonly string[] {
  const claims = { iss: trust.issuer, aud: trust.audience, exp: NOW / 1000 + 60, sub: 'x' };
  const catalog = compiled(before);
  const decided = decideFederation(catalog, 'ci', { ...claims, repository: 'acme/shop' }, NOW);
  if (!decided.ok) throw new Error(decided.error.code);
  const token = {
    audience: 'https://deploys.example',
    scopes: [...decided.value.ceiling],
    federation: { issuer: 'ci', rule: decided.value.rule.id },
  };
  return decideFederationLiveness(compiled(after), bot, token, NOW).scopes;
}

const THE_RULE = 'the rule for workloads of `ci` as `deploy-bot`';
const DIE = 'and the tokens given out under it die';

describe('a plan of federation', () => {
  test('says who is trusted from now on, and who comes in as which client and up to which scopes', () => {
    expect(lines(shop(), shop([rule({ scopes: ['deploys:erase', 'deploys:read'] })]))).toEqual([
      'in the catalog: 1 trusted issuer added, 1 federation rule added',
      'workloads of `ci` come in as `deploy-bot` by one more rule, up to high-risk `deploys:erase` and up to `deploys:read`',
      'tokens of `https://ci.example` for `https://id.example` are trusted, as `ci`',
    ]);
  });

  test.each<[string, CatalogDocument, string[]]>([
    [
      'an issuer that is trusted no longer',
      shop(),
      [
        'in the catalog: 1 trusted issuer removed, 1 federation rule removed',
        'tokens of `https://ci.example` for `https://id.example` are trusted no longer',
        `workloads of \`ci\` come in as \`deploy-bot\` by one rule less, ${DIE}`,
      ],
    ],
    [
      'another issuer',
      shop([rule()], { issuer: 'https://ci2.example' }),
      [
        'in the catalog: 1 trusted issuer changed',
        'the issuer of `ci` goes from `https://ci.example` to `https://ci2.example`, and the tokens given out to its workloads die',
      ],
    ],
    [
      'another match',
      shop([rule({ match: { repository: 'acme/*' } })]),
      [
        'in the catalog: 1 federation rule changed',
        `${THE_RULE} is for others, up to \`deploys:create\` and \`deploys:read\`, ${DIE}`,
      ],
    ],
    [
      'another client',
      shop([rule({ client: 'other-bot' })]),
      ['in the catalog: 1 federation rule changed', `${THE_RULE} makes them \`other-bot\`, ${DIE}`],
    ],
  ])('says that tokens die by %s, and they do', (_, after, told) => {
    expect(lines(shop([rule()]), after)).toEqual(told);
    expect(left(shop([rule()]), shop([rule()]))).toEqual(['deploys:create', 'deploys:read']);
    expect(left(shop([rule()]), after)).toEqual([]);
  });

  test('says which scopes a rule comes to reach and no longer reaches, which die in tokens', () => {
    const after = shop([rule({ scopes: ['deploys:read', 'deploys:erase'] })]);
    expect(lines(shop([rule()]), after)).toEqual([
      'in the catalog: 1 federation rule changed',
      `${THE_RULE} comes to reach up to high-risk \`deploys:erase\``,
      `${THE_RULE} no longer reaches \`deploys:create\`, dead in the tokens given out under it`,
    ]);
    expect(left(shop([rule()]), after)).toEqual(['deploys:read']);
  });

  test('says what else changes about keys and rules, by which no token dies', () => {
    const jwks = { keys: [{ kty: 'EC', kid: 'a' }] };
    const names = { deploy: 'deploys:create' };
    const after = shop([rule({ once: true, translate: { names } })], { jwks });
    const before = shop([rule()], { jwksUri: 'https://ci.example/jwks' });
    expect(lines(before, after)).toEqual([
      'in the catalog: 1 trusted issuer changed, 1 federation rule changed',
      'the keys of `ci` come from `https://ci.example/jwks` no longer',
      'the keys that the catalog holds for `ci` change',
      `${THE_RULE} reads the scope names of elsewhere otherwise`,
      `${THE_RULE} takes each of their tokens once`,
    ]);
    expect(lines(after, before)).toEqual(
      expect.arrayContaining([
        'the keys of `ci` come from `https://ci.example/jwks`',
        `${THE_RULE} takes each of their tokens as often as it comes`,
      ]),
    );
    expect(left(before, after)).toEqual(['deploys:create', 'deploys:read']);
  });

  test('does not hide one of high risk behind many that are harmless', () => {
    const rules = Array.from({ length: 40 }, (_, index) =>
      rule({ match: { sub: String(index) }, client: `bot-${String(index)}` }),
    );
    const danger = rule({ match: { sub: 'x' }, client: 'zz', scopes: ['deploys:erase'] });
    const told = lines(shop([]), shop([...rules, danger]));
    expect(told[1]).toBe(
      'workloads of `ci` come in as `zz` by one more rule, up to high-risk `deploys:erase`',
    );
    expect(told.at(-1)).toBe('and 31 more changes to who comes in from elsewhere');
  });
});
