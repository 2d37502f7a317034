import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  compileCatalog,
  decideChainLiveness,
  decideFederatedIssuance,
  decideFederation,
  decideFederationLiveness,
  decideStanding,
  FEDERATION_CHECKS,
} from '@ambit/scope-catalog';
import type {
  CatalogDocument,
  CompiledCatalog,
  ExternalClaims,
  FederatedClient,
  FederationEntry,
  FederationGrant,
  FederationRuleEntry,
} from '@ambit/scope-catalog';

const NOW = Date.UTC(2026, 6, 1);
const ISSUER = 'https://token.actions.example';

const deploy = (more: Partial<FederationRuleEntry> = {}): FederationRuleEntry => ({
  match: { repository: 'acme/shop' },
  client: 'deploy-bot',
  scopes: ['deploys:create', 'deploys:read'],
  ...more,
});

function compile(
  rules: FederationRuleEntry[],
  issuer: Partial<FederationEntry> = {},
): CompiledCatalog {
  const document: CatalogDocument = {
    catalog: 'ci',
    resourceServers: {
      deploys: {
        audience: 'https://deploys.example',
        resources: { deploys: { actions: { create: {}, read: {}, erase: {} } } },
      },
    },
    roles: { deployer: { scopes: ['deploys:create', 'deploys:read'] } },
    federation: {
      ci: { issuer: ISSUER, audience: 'https://id.example', rules, ...issuer },
    },
  };
  const compiled = compileCatalog(document, { issuer: 'https://id.example' });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  return compiled.value;
}

const claims = (more: ExternalClaims = {}): ExternalClaims => ({
  iss: ISSUER,
  aud: 'https://id.example',
  exp: NOW / 1000 + 200,
  sub: 'repo:acme/shop:ref:refs/heads/main',
  repository: 'acme/shop',
  ref: 'refs/heads/main',
  jti: 'one',
  ...more,
});

const bot: FederatedClient = {
  clientId: 'deploy-bot',
  enabled: true,
  assignments: [{ role: 'deployer' }],
  federatedIssuer: 'ci',
};

function granted(catalog: CompiledCatalog, given = claims()): FederationGrant {
  const decided = decideFederation(catalog, 'ci', given, NOW);
  if (!decided.ok) throw new Error(decided.error.code);
  return decided.value;
}

function refusal(rules: FederationRuleEntry[], given: ExternalClaims, name = 'ci'): object {
  const decided = decideFederation(compile(rules), name, given, NOW);
  return decided.ok ? { granted: decided.value.rule.index } : decided.error;
}

const ask = { resources: [], audiences: [], defaultScopes: [], scopePolicy: 'strict' } as const;
const issue = (
  catalog: CompiledCatalog,
  scopes: string[],
  client: FederatedClient = bot,
  given = claims(),
) => decideFederatedIssuance(catalog, granted(catalog, given), client, { ...ask, scopes }, NOW);

describe('an external token', () => {
  test('stands for the client of the rule that it matches, as long as it lives itself', () => {
    expect(granted(compile([deploy()]))).toEqual({
      issuer: 'ci',
      rule: { id: expect.stringMatching(/^[0-9a-f]{32}$/), index: 0, entry: deploy() },
      client: 'deploy-bot',
      ceiling: new Set(['deploys:create', 'deploys:read']),
      lifetimeSeconds: 200,
    });
  });

  test.each<[string, ExternalClaims]>([
    ['issuer_mismatch', { iss: `${ISSUER}/` }],
    ['issuer_mismatch', { iss: undefined }],
    ['audience', { aud: 'https://id.example/' }],
    ['audience', { aud: ['https://id.example', 'https://other.example'] }],
    ['audience', { aud: [] }],
    ['audience', { aud: { 0: 'https://id.example' } }],
    ['expired', { exp: NOW / 1000 + 0.5 }],
    ['expired', { exp: undefined }],
    ['expired', { exp: `${NOW / 1000 + 200}` }],
    ['expired', { exp: NaN }],
    ['no_rule', { repository: 'acme/shop2' }],
    ['no_rule', { repository: undefined }],
    ['no_rule', { repository: ['acme/shop'] }],
  ])('is refused: %s by %j', (code, more) => {
    expect(refusal([deploy()], claims(more))).toMatchObject({ code: `federation.${code}` });
  });

  test('of an issuer that the catalog does not trust is refused', () => {
    expect(refusal([deploy()], claims(), 'elsewhere')).toMatchObject({
      code: 'federation.issuer_unknown',
    });
    expect(refusal([deploy()], claims(), '__proto__')).toMatchObject({
      code: 'federation.issuer_unknown',
    });
  });

  test('for an audience in a list of its own is taken', () => {
    expect(granted(compile([deploy()]), claims({ aud: ['https://id.example'] }))).toMatchObject({
      client: 'deploy-bot',
    });
  });

  test('does not match by what every object inherits', () => {
    const rule = deploy({ match: { constructor: '*' } });
    expect(refusal([rule], claims())).toMatchObject({ code: 'federation.no_rule' });
  });

  test('goes by the rule that names more claims, wherever it stands', () => {
    const more = deploy({ match: { repository: '*/*', ref: 'refs/heads/*' }, client: 'other' });
    expect(refusal([deploy(), more], claims())).toEqual({ granted: 1 });
    expect(refusal([more, deploy()], claims())).toEqual({ granted: 0 });
  });

  test('that two rules match with as many claims is refused', () => {
    const tied = deploy({ match: { ref: 'refs/heads/*' } });
    expect(refusal([deploy(), tied], claims())).toMatchObject({
      code: 'federation.tie',
      rules: [{ rule: 0 }, { rule: 1 }],
    });
  });

  test('that no rule matches is told, for the audit, which came closest and what it lacks', () => {
    const rules = [
      deploy({ match: { repository: 'acme/web', ref: 'refs/heads/dev' } }),
      deploy({ match: { repository: 'acme/shop', ref: 'refs/heads/dev' } }),
    ];
    expect(refusal(rules, claims())).toEqual({
      code: 'federation.no_rule',
      description: FEDERATION_CHECKS['federation.no_rule'],
      rules: [{ rule: 1, unmet: ['ref'] }],
    });
  });

  test('is good for one request where its rule says so, and needs a jti for that', () => {
    const rules = [deploy({ once: true })];
    expect(granted(compile(rules)).once).toEqual({ jti: 'one', expiresAt: NOW / 1000 + 200 });
    for (const jti of [undefined, '', 7, 'x'.repeat(513)]) {
      expect(refusal(rules, claims({ jti }))).toMatchObject({ code: 'federation.jti_missing' });
    }
  });

  test('with scopes of its own is good for what its rule translates them to, within the ceiling', () => {
    const translate = {
      claim: 'scope',
      names: { 'repo.deploy': 'deploys:create', 'repo.erase': 'deploys:erase' },
    };
    const catalog = compile([deploy({ translate })]);
    const ceiling = (scope: unknown): string[] => [...granted(catalog, claims({ scope })).ceiling];
    expect(ceiling('openid repo.deploy repo.erase')).toEqual(['deploys:create']);
    expect(ceiling(['repo.deploy', 7])).toEqual(['deploys:create']);
    for (const nothing of [undefined, '', 'constructor', 'deploys:create', 7]) {
      expect(ceiling(nothing)).toEqual([]);
    }
  });
});

describe('a workload', () => {
  test('is granted within the ceiling and within what its client is entitled to', () => {
    const catalog = compile([deploy({ scopes: ['deploys:create', 'deploys:erase'] })]);
    expect(issue(catalog, ['deploys:create'])).toMatchObject({
      ok: true,
      value: { scopes: ['deploys:create'], lifetimeSeconds: 200 },
    });
    expect(issue(catalog, ['deploys:read'])).toMatchObject({
      ok: false,
      error: {
        error: 'invalid_scope',
        description:
          'scope `deploys:read` is not among those that the federation rule lets this client have',
        scopeErrors: [{ scope: 'deploys:read', reason: 'beyond_rule' }],
      },
    });
    expect(issue(catalog, ['deploys:erase'])).toMatchObject({
      ok: false,
      error: { scopeErrors: [{ scope: 'deploys:erase', reason: 'not_entitled' }] },
    });
  });

  test.each([
    ['an audience', { resources: ['https://deploys.example'] }, true],
    ['a name', { audiences: ['deploys'] }, true],
    ['both', { resources: ['https://deploys.example'], audiences: ['deploys'] }, true],
    ['one twice', { resources: ['https://deploys.example', 'https://deploys.example'] }, false],
    ['a name twice', { audiences: ['deploys', 'deploys'] }, false],
    ['what is not there', { audiences: ['others'] }, false],
    ['the admin API', { audiences: ['ambit'] }, false],
  ])('names its target as an exchange does: by %s', (_what, target, granted_) => {
    const catalog = compile([deploy()]);
    const request = { ...ask, ...target, scopes: ['deploys:read'] };
    const decided = decideFederatedIssuance(catalog, granted(catalog), bot, request, NOW);
    const refused = { ok: false, error: { error: 'invalid_target' } };
    expect(decided).toMatchObject(granted_ ? { ok: true } : refused);
  });

  test('may ask by the names that its rule translates', () => {
    const names = { 'https://ext.example/deploy': 'deploys:create' };
    const catalog = compile([deploy({ translate: { names } })]);
    expect(issue(catalog, ['https://ext.example/deploy', 'deploys:read'])).toMatchObject({
      ok: true,
      value: { scopes: ['deploys:create', 'deploys:read'] },
    });
    expect(issue(compile([deploy()]), ['https://ext.example/deploy'])).toMatchObject({ ok: false });
  });

  test.each<[string, FederatedClient]>([
    ['client_mismatch', { ...bot, clientId: 'another' }],
    ['not_federated', { ...bot, federatedIssuer: 'elsewhere' }],
    ['not_federated', { clientId: bot.clientId, enabled: true, assignments: bot.assignments }],
    ['client_disabled', { ...bot, enabled: false }],
    ['client_governs', { ...bot, assignments: [...bot.assignments, { role: 'ambit-viewer' }] }],
  ])('is refused: %s', (code, client) => {
    expect(issue(compile([deploy()]), ['deploys:read'], client)).toMatchObject({
      ok: false,
      error: { code: `federation.${code}` },
    });
  });

  test('is stood for by its client even while that is entitled to nothing, and then gets nothing', () => {
    const catalog = compile([deploy()]);
    const idle: FederatedClient = { ...bot, assignments: [] };
    expect(decideStanding(granted(catalog), undefined, idle, NOW)).toEqual({
      ok: true,
      value: idle,
    });
    expect(issue(catalog, ['deploys:read'], idle)).toMatchObject({
      ok: false,
      error: { error: 'invalid_scope', scopeErrors: [{ reason: 'not_entitled' }] },
    });
  });

  test('whose client is gone is refused, and so is one that comes as another, whether there is one or not', () => {
    const grant = granted(compile([deploy()]));
    const codeOf = (madeAs: string | undefined, client?: FederatedClient) => {
      const standing = decideStanding(grant, madeAs, client, NOW);
      return standing.ok ? standing.value : standing.error.code;
    };
    expect(codeOf(undefined)).toBe('federation.not_federated');
    expect(codeOf('another')).toBe('federation.client_mismatch');
    expect(codeOf('another', bot)).toBe('federation.client_mismatch');
    expect([codeOf(undefined, bot), codeOf(bot.clientId, bot)]).toEqual([bot, bot]);
  });

  test('is checked in the order of the table, which is that of the doc comments', () => {
    const source = new URL('../../src/decisions/federation.ts', import.meta.url);
    const numbered = [...readFileSync(source, 'utf8').matchAll(/^ \* \d+\. `(\w+)`:/gm)];
    expect(numbered.map(([, code]) => `federation.${code}`)).toEqual(
      Object.keys(FEDERATION_CHECKS),
    );
    const twice = [deploy({ once: true }), deploy({ once: true, client: 'another' })];
    const mended: [FederationRuleEntry[], string, ExternalClaims][] = [
      [twice, 'none', { iss: 'x', aud: 'x', exp: 0, repository: 'x', jti: '' }],
      [twice, 'ci', { iss: 'x', aud: 'x', exp: 0, repository: 'x', jti: '' }],
      [twice, 'ci', { aud: 'x', exp: 0, repository: 'x', jti: '' }],
      [twice, 'ci', { exp: 0, repository: 'x', jti: '' }],
      [twice, 'ci', { repository: 'x', jti: '' }],
      [twice, 'ci', { jti: '' }],
      [twice.slice(0, 1), 'ci', { jti: '' }],
    ];
    const codes = mended.map(([rules, name, more]) => refusal(rules, claims(more), name));
    expect(codes).toEqual(
      Object.keys(FEDERATION_CHECKS)
        .slice(0, 7)
        .map((code) => expect.objectContaining({ code })),
    );
    const catalog = compile([deploy()]);
    const clients: FederatedClient[] = [
      { clientId: 'x', enabled: false, assignments: [{ role: 'ambit-viewer' }] },
      { clientId: bot.clientId, enabled: false, assignments: [{ role: 'ambit-viewer' }] },
      { ...bot, enabled: false, assignments: [{ role: 'ambit-viewer' }] },
      { ...bot, assignments: [{ role: 'ambit-viewer' }] },
    ];
    expect(clients.map((client) => issue(catalog, ['deploys:read'], client))).toEqual(
      Object.keys(FEDERATION_CHECKS)
        .slice(7)
        .map((code) => ({ ok: false, error: expect.objectContaining({ code }) })),
    );
  });
});

describe("a workload's token", () => {
  const token = (catalog: CompiledCatalog) => ({
    audience: 'https://deploys.example',
    scopes: ['deploys:create', 'deploys:read'],
    federation: { issuer: 'ci', rule: granted(catalog).rule.id },
  });
  const first = compile([deploy()]);
  const live = (catalog: CompiledCatalog, client: FederatedClient | undefined = bot) =>
    decideFederationLiveness(catalog, client, token(first), NOW);

  test('is live under its rule, wherever that stands now', () => {
    const moved = compile([deploy({ match: { repository: 'acme/a' } }), deploy()]);
    expect(live(moved)).toEqual({ scopes: ['deploys:create', 'deploys:read'], lost: [] });
  });

  test.each<[string, CompiledCatalog, FederatedClient]>([
    ['rule_removed', compile([]), bot],
    ['rule_removed', compile([deploy({ match: { repository: 'acme/*' } })]), bot],
    ['rule_removed', compile([deploy({ client: 'another' })]), bot],
    ['rule_removed', compile([deploy()], { issuer: 'https://other.example' }), bot],
    ['rule_removed', compile([deploy()], { audience: 'https://other.example' }), bot],
    ['not_federated', first, { ...bot, federatedIssuer: 'elsewhere' }],
    [
      'client_governs',
      first,
      { ...bot, assignments: [...bot.assignments, { role: 'ambit-admin' }] },
    ],
    ['client_disabled', first, { ...bot, enabled: false }],
  ])('is dead: %s', (reason, catalog, client) => {
    expect(live(catalog, client)).toEqual({
      scopes: [],
      lost: [
        { scope: 'deploys:create', reason },
        { scope: 'deploys:read', reason },
      ],
    });
  });

  test('loses what its rule no longer lists, or no longer translates to', () => {
    const lost = [{ scope: 'deploys:read', reason: 'beyond_rule' }];
    const shrunk = compile([deploy({ scopes: ['deploys:create'] })]);
    const names = { 'repo.deploy': 'deploys:create' };
    const translated = compile([deploy({ translate: { claim: 'scope', names } })]);
    for (const catalog of [shrunk, translated]) {
      expect(live(catalog)).toEqual({ scopes: ['deploys:create'], lost });
    }
  });

  test('at the root of a chain is decided under its rule', () => {
    const root = { jti: 'a', sub: bot.clientId, clientId: bot.clientId, ...token(first) };
    const clientOf = () => ({ ...bot, resourceServers: [] });
    expect(decideChainLiveness(first, clientOf, root, [], NOW).scopes).toHaveLength(2);
    expect(decideChainLiveness(compile([]), clientOf, root, [], NOW)).toEqual({
      scopes: [],
      live: [[]],
      lost: root.scopes.map((scope) => ({ scope, step: 0, reason: 'rule_removed' })),
    });
  });
});
