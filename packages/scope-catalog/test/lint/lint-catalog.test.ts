import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CATALOG_RULES, compileCatalog, lintCatalog, LINT_RULES } from '@ambit/scope-catalog';
import type {
  ActionEntry,
  CatalogDocument,
  DelegationEntry,
  FederationEntry,
  FederationRuleEntry,
  LintRuleId,
  QuotaEntry,
  ResourceServerEntry,
  RoleEntry,
} from '@ambit/scope-catalog';
import { arbitraryDocument, compiled, ISSUER, NOW } from '../arbitraries.ts';
import { countReads } from '../count-reads.ts';
import {
  arbitraryClients,
  arbitraryDelegatingDocument,
  arbitraryMoves,
  growChain,
} from '../delegation-arbitraries.ts';

const DAY = 86_400_000;
const at = (date: string): number => Date.parse(`${date}T00:00:00Z`);

interface Parts {
  actions?: Record<string, ActionEntry>;
  server?: Partial<ResourceServerEntry>;
  servers?: Record<string, ResourceServerEntry>;
  roles?: Record<string, RoleEntry> | null;
  delegation?: CatalogDocument['delegation'];
  federation?: CatalogDocument['federation'];
}

const READ = { read: { description: 'See orders' } };
const WRITE = { write: { description: 'Change orders' } };
const ALL = { all: { description: 'Everybody', scopes: ['orders:*'] } };

/** A small catalog that gives nothing to say, but for the parts given. */
function shop({
  actions = READ,
  server = {},
  servers = {},
  roles = ALL,
  delegation,
  federation,
}: Parts): CatalogDocument {
  const api: ResourceServerEntry = {
    audience: 'https://api.example',
    description: 'The shop',
    owner: 'team-a',
    resources: { orders: { description: 'Orders', actions } },
    ...server,
  };
  return {
    catalog: 'shop',
    resourceServers: { api, ...servers },
    ...(roles === null ? {} : { roles }),
    ...(delegation ? { delegation } : {}),
    ...(federation ? { federation } : {}),
  };
}

const other = (audience: string, resource: string): Record<string, ResourceServerEntry> => ({
  other: {
    audience,
    description: 'Another',
    owner: 'team-b',
    resources: {
      [resource]: { description: 'Others', actions: { see: { description: 'See others' } } },
    },
  },
});

const role = (scopes: string[], inherits: string[] = []): RoleEntry => ({
  description: 'Some',
  scopes,
  inherits,
});

const retiring = (sunset?: string, successor?: string): ActionEntry => ({
  description: 'See orders the old way',
  deprecated: {
    since: '2026-01-01',
    ...(sunset === undefined ? {} : { sunset }),
    ...(successor === undefined ? {} : { successor }),
  },
});

const PAYMENTS: Record<string, ResourceServerEntry> = {
  pay: {
    audience: 'https://pay.example',
    description: 'Payments',
    owner: 'team-p',
    resources: {
      payments: {
        description: 'Payments',
        actions: {
          read: { description: 'See payments' },
          charge: { description: 'Take money', risk: 'high', lifetimeSeconds: 60 },
        },
      },
    },
  },
};
const SERVICE = { ...ALL, service: { description: 'Acts for others' } };
const SERVICE_AND_PAYER = { ...SERVICE, payer: role(['payments:read', 'payments:charge']) };
const service = (holding: string[], may: string[], maxDepth?: number): DelegationEntry => ({
  actor: { role: 'service' },
  holding,
  may,
  ...(maxDepth === undefined ? {} : { maxDepth }),
});
const delegating = (...delegation: DelegationEntry[]): Parts => ({
  actions: { ...READ, ...WRITE },
  servers: PAYMENTS,
  roles: SERVICE_AND_PAYER,
  delegation,
});
const RETIRED = { old: retiring('2026-03-01', 'orders:read') };

const GITHUB = 'https://token.actions.githubusercontent.com';
const rule = (
  match: Record<string, string>,
  more: Partial<FederationRuleEntry> = {},
): FederationRuleEntry => ({ match, client: 'bot', scopes: ['orders:read'], ...more });
const federating = (rules: FederationRuleEntry[], more: Partial<FederationEntry> = {}): Parts => ({
  federation: { ci: { issuer: GITHUB, audience: 'https://id.example', rules, ...more } },
});
const MAIN = { repository: 'acme/shop', ref: 'refs/heads/main' };
const CI = 'federation ci rules';

const told = (document: CatalogDocument, now = NOW): string[] =>
  lintCatalog(document, { now }).map(({ rule, path }) => `${rule} ${path.join(' ')}`);

const quota = (windowSeconds: number, per: QuotaEntry['per'] = 'client'): QuotaEntry => ({
  limit: 10,
  windowSeconds,
  per,
});
const ACTIONS = 'resourceServers api resources orders actions';

/** Each rule with the least that breaks it, and everything that is then told. */
const CASES: [LintRuleId, Parts, string[], number?][] = [
  [
    'name-untidy',
    { actions: { 'read-.all': { description: 'See orders' } } },
    [`name-untidy ${ACTIONS} read-.all`],
  ],
  [
    'resource-near-duplicate',
    { servers: other('https://b.example', 'order'), roles: { ...ALL, one: role(['order:see']) } },
    ['resource-near-duplicate resourceServers other resources order'],
  ],
  ['description-missing', { actions: { read: {} } }, [`description-missing ${ACTIONS} read`]],
  [
    'description-missing',
    { roles: { all: { scopes: ['orders:*'] } } },
    ['description-missing roles all'],
  ],
  [
    'description-repeated',
    {
      actions: { a: { description: 'Use' }, b: { description: 'Use' }, c: { description: 'Use' } },
    },
    [`description-repeated ${ACTIONS} a description`],
  ],
  [
    'resource-empty',
    {
      servers: {
        b: { audience: 'https://b.example', description: 'B', owner: 'b', resources: {} },
      },
    },
    ['resource-empty resourceServers b'],
  ],
  [
    'owner-missing',
    { servers: { b: { audience: 'https://b.example', resources: { empty: { actions: {} } } } } },
    [
      'description-missing resourceServers b',
      'owner-missing resourceServers b',
      'description-missing resourceServers b resources empty',
      'resource-empty resourceServers b resources empty',
    ],
  ],
  [
    'audience-query',
    { server: { audience: 'https://api.example?v=1' } },
    ['audience-query resourceServers api audience'],
  ],
  [
    'audience-near-duplicate',
    {
      servers: other('https://API.example/', 'users'),
      roles: { ...ALL, one: role(['users:see']) },
    },
    ['audience-near-duplicate resourceServers other audience'],
  ],
  [
    'lifetime-without-effect',
    { actions: { read: { ...READ.read, lifetimeSeconds: 301 } } },
    [`lifetime-without-effect ${ACTIONS} read lifetimeSeconds`],
  ],
  [
    'high-risk-exposed',
    {
      server: { accessToken: { lifetimeSeconds: 600 } },
      actions: { read: { ...READ.read, risk: 'high' } },
      roles: { all: role(['orders:read']) },
    },
    [`high-risk-exposed ${ACTIONS} read`],
  ],
  [
    'quota-window-short',
    { actions: { read: { ...READ.read, quota: quota(299) } } },
    [`quota-window-short ${ACTIONS} read quota windowSeconds`],
  ],
  [
    'quota-subject-alone',
    { actions: { read: { ...READ.read, quota: quota(3600, 'subject') } } },
    [`quota-subject-alone ${ACTIONS} read quota per`],
  ],
  ['roles-missing', { roles: null }, ['roles-missing ']],
  [
    'scope-unused',
    { actions: { ...READ, ...WRITE }, roles: { all: role(['orders:read']) } },
    [`scope-unused ${ACTIONS} write`],
  ],
  [
    'role-empty',
    { roles: { ...ALL, none: role([]), heir: role([], ['none']) } },
    ['role-empty roles none', 'role-empty roles heir'],
  ],
  [
    'role-unreachable',
    {
      actions: { ...READ, old: retiring('2026-06-30', 'orders:read') },
      roles: { ...ALL, late: role(['orders:old']) },
    },
    [
      `sunset-passed ${ACTIONS} old deprecated sunset`,
      'role-unreachable roles late',
      'role-grants-retired roles late scopes 0',
      'successor-not-granted roles late scopes',
    ],
  ],
  [
    'role-adds-nothing',
    { roles: { ...ALL, lead: role([], ['all']) } },
    ['role-adds-nothing roles lead'],
  ],
  [
    'inherits-redundant',
    {
      actions: { ...READ, ...WRITE, ship: { description: 'Ship orders' } },
      roles: {
        viewer: role(['orders:read']),
        editor: role(['orders:write'], ['viewer']),
        boss: role(['orders:ship'], ['viewer', 'editor']),
      },
    },
    ['inherits-redundant roles boss inherits 0'],
  ],
  [
    'scope-redundant',
    {
      actions: { ...READ, ...WRITE },
      roles: {
        viewer: role(['orders:read']),
        editor: role(['orders:write', 'orders:read'], ['viewer']),
      },
    },
    ['scope-redundant roles editor scopes 1'],
  ],
  [
    'scope-redundant',
    { roles: { all: role(['orders:*', 'orders:read']) } },
    ['scope-redundant roles all scopes 1'],
  ],
  [
    'wildcard-high-risk',
    { actions: { read: { ...READ.read, risk: 'high' } } },
    ['wildcard-high-risk roles all scopes 0'],
  ],
  [
    'deprecated-without-sunset',
    { actions: { ...READ, old: retiring(undefined, 'orders:read') } },
    [`deprecated-without-sunset ${ACTIONS} old deprecated`],
  ],
  [
    'deprecated-without-successor',
    { actions: { old: retiring('2027-12-31') } },
    [`deprecated-without-successor ${ACTIONS} old deprecated`],
  ],
  [
    'successor-deprecated',
    {
      actions: {
        ...READ,
        old: retiring('2027-12-31', 'orders:mid'),
        mid: retiring('2027-12-31', 'orders:read'),
      },
    },
    [`successor-deprecated ${ACTIONS} old deprecated successor`, `description-repeated`].slice(
      0,
      1,
    ),
  ],
  [
    'successor-elsewhere',
    {
      actions: { old: retiring('2027-12-31', 'users:see') },
      servers: other('https://b.example', 'users'),
      roles: { all: role(['orders:old', 'users:see']) },
    },
    [`successor-elsewhere ${ACTIONS} old deprecated successor`],
  ],
  [
    'successor-not-granted',
    {
      actions: { ...READ, old: retiring('2027-12-31', 'orders:read') },
      roles: { late: role(['orders:old']), viewer: role(['orders:read']) },
    },
    ['successor-not-granted roles late scopes'],
  ],
  [
    'sunset-near',
    { actions: { ...READ, old: retiring('2027-01-31', 'orders:read') } },
    [`sunset-near ${ACTIONS} old deprecated sunset`],
    at('2027-01-31') - 30 * DAY,
  ],
  [
    'sunset-passed',
    { actions: { ...READ, old: retiring('2027-01-31', 'orders:read') } },
    [`sunset-passed ${ACTIONS} old deprecated sunset`],
    at('2027-01-31'),
  ],
  [
    'role-grants-retired',
    {
      actions: { old: retiring('2027-01-31', 'users:see') },
      servers: other('https://b.example', 'users'),
      roles: { late: role(['orders:old']), viewer: role(['users:see', 'orders:old']) },
    },
    [
      `sunset-passed ${ACTIONS} old deprecated sunset`,
      `successor-elsewhere ${ACTIONS} old deprecated successor`,
      'role-unreachable roles late',
      'role-grants-retired roles late scopes 0',
      'successor-not-granted roles late scopes',
      'role-grants-retired roles viewer scopes 1',
    ],
    at('2027-01-31'),
  ],
  [
    'delegation-holding-empty',
    delegating(service([], ['payments:charge'])),
    ['delegation-holding-empty delegation 0 holding'],
  ],
  [
    'delegation-unusable',
    delegating(service(['orders:read', 'payments:read'], ['payments:charge'])),
    ['delegation-unusable delegation 0'],
  ],
  [
    'delegation-unusable',
    {
      ...delegating(
        service(['orders:old'], ['payments:read']),
        service(['payments:read'], ['orders:old']),
      ),
      actions: { ...READ, ...RETIRED },
      roles: { ...SERVICE_AND_PAYER, all: role(['orders:read']) },
    },
    [
      `sunset-passed ${ACTIONS} old deprecated sunset`,
      'delegation-unusable delegation 0',
      'delegation-unusable delegation 1',
    ],
  ],
  [
    'delegation-unusable',
    {
      ...delegating(service(['orders:write'], ['payments:read'])),
      roles: { ...SERVICE_AND_PAYER, all: role(['orders:read']) },
    },
    [`scope-unused ${ACTIONS} write`, 'delegation-unusable delegation 0'],
  ],
  [
    'delegation-unusable',
    {
      ...delegating(
        service(['orders:read'], ['payments:read']),
        service(['payments:read'], ['others:see'], 1),
      ),
      servers: { ...PAYMENTS, ...other('https://b.example', 'others') },
      roles: { ...SERVICE, payer: role(['payments:charge']) },
    },
    ['delegation-unusable delegation 1'],
  ],
  [
    'delegation-shadowed',
    delegating(
      service(['orders:read', 'orders:write'], ['payments:read'], 2),
      service(['orders:write'], ['payments:read']),
      service(['orders:write'], ['payments:read']),
      { ...service(['orders:write'], ['payments:read']), actor: { client: 'service' } },
    ),
    ['delegation-shadowed delegation 0', 'delegation-shadowed delegation 2'],
  ],
  [
    'delegation-raises-risk',
    delegating(service(['orders:read'], ['payments:read', 'payments:charge'])),
    ['delegation-raises-risk delegation 0 may 1'],
  ],
  [
    'delegation-raises-risk',
    {
      ...delegating(
        service(['orders:read'], ['others:see']),
        service(['others:see'], ['payments:charge'], 2),
        service(['others:see'], ['payments:charge'], 1),
      ),
      servers: { ...PAYMENTS, ...other('https://b.example', 'others') },
    },
    [
      'delegation-unusable delegation 2',
      'delegation-shadowed delegation 2',
      'delegation-raises-risk delegation 1 may 0',
      'delegation-raises-risk delegation 2 may 0',
    ],
  ],
  [
    'delegation-circle',
    delegating(
      service(['orders:read'], ['payments:read']),
      service(['payments:read'], ['orders:write']),
    ),
    ['delegation-circle delegation 1 may 0'],
  ],
  [
    'delegation-circle',
    delegating(service(['orders:read'], ['orders:write'])),
    ['delegation-circle delegation 0 may 0'],
  ],
  [
    'federation-audience-shared',
    federating([rule(MAIN)], { audience: 'https://github.com/acme' }),
    ['federation-audience-shared federation ci audience'],
  ],
  [
    'federation-pattern-wide',
    federating([rule({ ...MAIN, repository: 'acme/*' })]),
    [`federation-pattern-wide ${CI} 0 match repository`],
  ],
  [
    'federation-pattern-wide',
    federating([rule({ sub: 'system:serviceaccount:*:web' })], { issuer: 'https://k8s.example' }),
    [`federation-pattern-wide ${CI} 0 match sub`],
  ],
  [
    'federation-pattern-wide',
    federating([rule({ ref: 'refs/heads/main' })]),
    [`federation-pattern-wide ${CI} 0 match`],
  ],
  [
    'federation-branch-open',
    federating([rule({ repository: 'acme/shop' })]),
    [`federation-branch-open ${CI} 0 match`],
  ],
  [
    'federation-branch-open',
    federating([rule({ sub: 'repo:acme/shop:*' })]),
    [`federation-pattern-wide ${CI} 0 match sub`, `federation-branch-open ${CI} 0 match`],
  ],
  [
    'federation-branch-open',
    federating([rule({ ...MAIN, ref: 'refs/*/*/*' })]),
    [`federation-branch-open ${CI} 0 match`],
  ],
  [
    'federation-branch-open',
    federating([rule({ project_path: 'acme/shop' })], { issuer: 'https://git.acme.example' }),
    [`federation-branch-open ${CI} 0 match`],
  ],
  [
    'federation-star-literal',
    federating([rule({ ...MAIN, ref: 'refs/heads/v*' })]),
    [`federation-star-literal ${CI} 0 match ref`],
  ],
  [
    'federation-shadowed',
    federating([rule({ ...MAIN, ref: 'refs/heads/*' }), rule(MAIN), rule(MAIN, { client: 'b' })]),
    [`federation-shadowed ${CI} 1`, `federation-shadowed ${CI} 2`],
  ],
  [
    'federation-tie',
    federating([rule(MAIN), rule({ repository: 'acme/shop', environment: 'prod' })]),
    [`federation-tie ${CI} 1`],
  ],
  [
    'federation-translation',
    federating([rule(MAIN, { translate: { claim: 'scope', names: { 'a b': 'orders:write' } } })]),
    [
      `federation-translation ${CI} 0 translate names a b`,
      `federation-translation ${CI} 0 scopes 0`,
    ],
  ],
];

describe('each rule tells its breach and where it stands', () => {
  const cases = CASES.map(([rule, parts, expected, now]) => ({ rule, parts, expected, now }));
  test.each(cases)('$rule', ({ rule, parts, expected, now }) => {
    expect(expected.some((line) => line.startsWith(`${rule} `))).toBe(true);
    expect(told(shop(parts), now)).toEqual(expected);
  });

  test('roles that inherit more than can be looked through say so, after a million steps', () => {
    let steps = 0;
    let furthest = 0;
    const roles = Object.fromEntries(
      Array.from({ length: 4000 }, (_, i) => {
        const inherited = i === 0 ? [] : [`r${i - 1}`];
        const counted = {
          description: 'Some',
          get scopes() {
            furthest = Math.max(furthest, i);
            return ['orders:read'];
          },
          get inherits() {
            steps += 1;
            return inherited;
          },
        };
        return [`r${i}`, counted] as const;
      }),
    );
    expect(told(shop({ roles })).at(-1)).toBe('roles-unchecked roles r1411');
    expect(furthest).toBe(1411);
    expect(steps).toBeLessThan(1_100_000);
  });

  test('delegation rules that lead to more than can be looked through say so, and are followed no further', () => {
    const scopes = Array.from({ length: 100 }, (_, i) => `a${i}`);
    const actions = Object.fromEntries(scopes.map((name) => [name, { description: name }]));
    const delegation = (length: number): DelegationEntry[] =>
      Array.from({ length }, (_, i) =>
        service(
          [`orders:a${i % 100}`],
          scopes.map((name) => `orders:${name}`).slice(0, 20 + (i % 7)),
        ),
      );
    const reads = (length: number): number =>
      countReads(shop({ actions, roles: SERVICE, delegation: delegation(length) }), (document) => {
        expect(told(document)).toEqual(['delegation-unchecked delegation']);
      });
    expect(reads(2500)).toBeLessThan(2 * reads(1250));
  });

  test('ten thousand delegation rules that lead nowhere further are looked through, with as few looks at each as among two hundred', () => {
    const actions = (letter: string, length: number): Record<string, ActionEntry> =>
      Object.fromEntries(
        Array.from({ length }, (_, i) => [`${letter}${i}`, { description: `${letter}${i}` }]),
      );
    function delegating(length: number): CatalogDocument {
      const delegation = Array.from({ length }, (_, i) => ({
        ...service([`orders:a${i}`], [`payments:p${i}`]),
        actor: { client: `service-${i}` },
      }));
      const pay = {
        audience: 'https://pay.example',
        description: 'Payments',
        owner: 'team-p',
        resources: { payments: { description: 'Payments', actions: actions('p', length) } },
      };
      return shop({ actions: actions('a', length), servers: { pay }, delegation });
    }
    const reads = (length: number): number =>
      countReads(delegating(length), (document) => {
        expect(told(document)).toEqual([]);
      });
    expect(reads(2000)).toBeLessThan(11 * reads(200));
    expect(told(delegating(10_000))).toEqual([]);
  });

  test('a thousand federation rules of each of several issuers are looked through', () => {
    const rules = Array.from({ length: 1000 }, (_, i) =>
      rule({ ...MAIN, repository: `acme/${i}` }),
    );
    const issuer = { issuer: GITHUB, audience: 'https://id.example', rules };
    const federation = { one: issuer, two: issuer, three: issuer };
    expect(told(shop({ federation }))).toEqual([]);
  });

  test('federation rules that are more than can be looked through say so', () => {
    const endless = '*/'.repeat(200);
    const rules = Array.from({ length: 1000 }, (_, i) =>
      rule({ a: endless, b: endless, sub: `${endless}${i}` }),
    );
    expect(told(shop(federating(rules, { issuer: 'https://ci.example' }))).at(-1)).toBe(
      'federation-unchecked federation',
    );
  });

  test('each federation rule that clashes with others is told once, however many they are', () => {
    const same = Array.from({ length: 500 }, () => rule(MAIN));
    expect(told(shop(federating(same)))).toHaveLength(499);
    const ties = Array.from({ length: 500 }, (_, i) => rule({ ...MAIN, [`c${i}`]: 'x' }));
    expect(told(shop(federating(ties)))).toHaveLength(499);
  });

  test('federation rules may name claims that every object inherits something by', () => {
    const rules = [rule({ ...MAIN, constructor: 'a' }), rule({ ...MAIN, toString: 'b' })];
    expect(told(shop(federating(rules)))).toEqual([`federation-tie ${CI} 1`]);
  });

  test('every rule has a case', () => {
    const covered = CASES.flatMap(([rule]) => rule);
    const apart = ['roles-unchecked', 'delegation-unchecked', 'federation-unchecked'];
    expect([...new Set([...covered, ...apart])].sort()).toEqual(Object.keys(LINT_RULES).sort());
  });
});

describe('no noise', () => {
  test('a good catalog gives nothing to say', () => {
    expect(told(shop({}))).toEqual([]);
  });

  test('a quota that counts as long as its tokens live is long enough, and one of a delegated scope may be per subject', () => {
    const counted = (entry: QuotaEntry, more: Partial<ActionEntry> = {}) =>
      shop({ actions: { read: { ...READ.read, ...more, quota: entry } } });
    expect(told(counted(quota(300)))).toEqual([]);
    expect(told(counted(quota(60), { lifetimeSeconds: 60 }))).toEqual([]);
    const delegated = delegating(service(['orders:write'], ['orders:read']));
    const read = { ...READ.read, quota: quota(300, 'subject') };
    expect(told(shop({ ...delegated, actions: { read, ...WRITE } }))).not.toContain(
      `quota-subject-alone ${ACTIONS} read quota per`,
    );
  });

  test('a sunset further away than 30 days is not near', () => {
    const far = shop({ actions: { ...READ, old: retiring('2027-01-31', 'orders:read') } });
    expect(told(far, at('2027-01-31') - 30 * DAY - 1)).toEqual([]);
  });

  test('a scope that only a delegation rule gives is used', () => {
    const delegation = [
      { actor: { client: 'checkout' }, holding: ['orders:read'], may: ['others:see'] },
    ];
    expect(told(shop({ servers: other('https://b.example', 'others'), delegation }))).toEqual([]);
  });

  test('a role that a delegation rule names is not empty, and a chain that goes one way is no circle', () => {
    const parts = delegating(service(['orders:write'], ['payments:read']));
    expect(told(shop(parts))).toEqual([]);
  });

  test('what a rule allows no chain to come to raises no risk', () => {
    const medium = other('https://b.example', 'others');
    const see = { see: { description: 'See others', risk: 'medium' } } as const;
    const others = {
      ...medium['other'],
      resources: { others: { description: 'O', actions: see } },
    };
    const rules = (maxDepth: number) =>
      told(
        shop({
          ...delegating(
            service(['orders:read'], ['others:see']),
            service(['others:see'], ['payments:charge'], maxDepth),
          ),
          servers: { ...PAYMENTS, other: others as ResourceServerEntry },
          roles: { ...SERVICE_AND_PAYER, seer: role(['others:see']) },
        }),
      );
    expect(rules(1)).toEqual([]);
    expect(rules(2)).toEqual(['delegation-raises-risk delegation 1 may 0']);
  });

  test('a circle that one client would have to go round twice is none', () => {
    const actor = { client: 'a' };
    const there = { ...service(['orders:read'], ['payments:read']), actor };
    const back = { ...service(['payments:read'], ['orders:write']), actor };
    const roles = { ...ALL, payer: role(['payments:read', 'payments:charge']) };
    expect(told(shop({ ...delegating(there, back), roles }))).toEqual([]);
    const another = { ...back, actor: { client: 'b' } };
    expect(told(shop({ ...delegating(there, another), roles }))).toEqual([
      'delegation-circle delegation 1 may 0',
    ]);
  });

  test('federation rules that are exact give nothing to say', () => {
    const rules = [
      rule({ sub: 'repo:acme/shop:ref:refs/heads/main' }),
      rule({ sub: 'repo:acme/web:environment:prod' }),
      rule({ repository: 'acme/shop', ref: 'refs/heads/release/*' }, { client: 'other' }),
      rule({ repository: 'acme/shop', ref: 'refs/tags/v1', environment: 'prod' }),
    ];
    expect(told(shop(federating(rules)))).toEqual([]);
    const spiffe = [rule({ sub: 'spiffe://acme/ns/prod/sa/web' })];
    expect(told(shop(federating(spiffe, { issuer: 'https://spire.example' })))).toEqual([]);
  });

  test('a high-risk scope that is short-lived or bound to its sender is not exposed', () => {
    const risky = { risk: 'high', description: 'Refund' } as const;
    const roles = { all: role(['orders:read']) };
    const bound = { accessToken: { lifetimeSeconds: 600, senderConstrained: 'dpop' } } as const;
    expect(told(shop({ actions: { read: risky }, roles }))).toEqual([]);
    expect(told(shop({ actions: { read: risky }, server: bound, roles }))).toEqual([]);
  });

  test('no rule is told both by the lint and by what keeps a document from being a catalog', () => {
    expect(Object.keys(LINT_RULES).filter((rule) => rule in CATALOG_RULES)).toEqual([]);
    expect(
      Object.values(LINT_RULES).filter(({ severity }) => (severity as string) === 'error'),
    ).toEqual([]);
  });
});

describe('laws of the lint', () => {
  test('whatever compiles can be linted, and each finding is said once at a place that is there', () => {
    fc.assert(
      fc.property(fc.oneof(arbitraryDocument, arbitraryDelegatingDocument), (document) => {
        const findings = lintCatalog(document, { now: NOW });
        const said = findings.map(({ rule, path, message }) =>
          JSON.stringify([rule, path, message]),
        );
        expect(new Set(said).size).toBe(said.length);
        for (const { path, message } of findings) {
          let value: unknown = document;
          for (const step of path) value = (value as Record<string, unknown>)[step];
          expect(value).toBeDefined();
          expect(message).not.toMatch(/undefined|NaN/u);
        }
      }),
    );
  });

  test('no chain is granted anything by a rule called unusable', () => {
    fc.assert(
      fc.property(
        arbitraryDelegatingDocument,
        arbitraryClients,
        arbitraryMoves,
        (document, clients, [first, ...moves]) => {
          const chain = first && growChain(compiled(document), clients, first, moves);
          if (!chain) return;
          const findings = lintCatalog(document, { now: NOW });
          const idle = findings.flatMap(({ rule: id, path }) =>
            id === 'delegation-unusable' ? [path[1]] : [],
          );
          for (const { sources } of chain.grants) {
            for (const source of sources) {
              if (source.by === 'rule') expect(idle).not.toContain(source.rule.index);
            }
          }
        },
      ),
      { numRuns: 600 },
    );
  });

  test('a chain that gets from low-risk scopes to a high-risk one has been told of', () => {
    fc.assert(
      fc.property(
        arbitraryDelegatingDocument,
        arbitraryClients,
        arbitraryMoves,
        (document, clients, [first, ...moves]) => {
          const catalog = compiled(document);
          const chain = first && growChain(catalog, clients, first, moves);
          if (!chain) return;
          const findings = lintCatalog(document, { now: NOW });
          const empty = findings.some(({ rule: id }) => id === 'delegation-holding-empty');
          if (empty) return;
          const riskOf = (scope: string): string | undefined => catalog.scopes.get(scope)?.risk;
          const scopes = chain.tokens.flatMap((token) => token.scopes);
          if (chain.root.scopes.every((scope) => riskOf(scope) === 'low')) {
            if (scopes.some((scope) => riskOf(scope) === 'high')) {
              expect(findings.map(({ rule: id }) => id)).toContain('delegation-raises-risk');
            }
          }
        },
      ),
      { numRuns: 600 },
    );
  });

  test('a scope called unused can be removed: the catalog still compiles and grants the same', () => {
    fc.assert(
      fc.property(arbitraryDocument, (document) => {
        const unused = lintCatalog(document, { now: NOW }).filter(
          ({ rule }) => rule === 'scope-unused',
        );
        const result = compileCatalog(document, { issuer: ISSUER });
        if (!result.ok) throw new Error('does not compile');
        for (const { path } of unused) {
          const name = `${path[3]}:${path[5]}`;
          for (const { scopes } of result.value.roles.values()) {
            expect(scopes.has(name)).toBe(false);
          }
        }
      }),
    );
  });

  test('roles that go round, and scopes and roles that are not there, are no reason to fail', () => {
    const roles = {
      a: role(['x:y', 'nothing:*'], ['b', 'gone']),
      b: role(['orders:read'], ['a', 'b']),
    };
    expect(told(shop({ roles }))).toEqual([]);
  });
});
