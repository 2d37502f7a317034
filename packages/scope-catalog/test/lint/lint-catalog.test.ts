import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CATALOG_RULES, compileCatalog, lintCatalog, LINT_RULES } from '@ambit/scope-catalog';
import type {
  ActionEntry,
  CatalogDocument,
  LintRuleId,
  ResourceServerEntry,
  RoleEntry,
} from '@ambit/scope-catalog';
import { arbitraryDocument, ISSUER, NOW } from '../arbitraries.ts';

const DAY = 86_400_000;
const at = (date: string): number => Date.parse(`${date}T00:00:00Z`);

interface Parts {
  actions?: Record<string, ActionEntry>;
  server?: Partial<ResourceServerEntry>;
  servers?: Record<string, ResourceServerEntry>;
  roles?: Record<string, RoleEntry> | null;
  delegation?: CatalogDocument['delegation'];
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

const told = (document: CatalogDocument, now = NOW): string[] =>
  lintCatalog(document, { now }).map(({ rule, path }) => `${rule} ${path.join(' ')}`);

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
];

describe('each rule tells its breach and where it stands', () => {
  const cases = CASES.map(([rule, parts, expected, now]) => ({ rule, parts, expected, now }));
  test.each(cases)('$rule', ({ rule, parts, expected, now }) => {
    expect(expected.some((line) => line.startsWith(`${rule} `))).toBe(true);
    expect(told(shop(parts), now)).toEqual(expected);
  });

  test('roles that inherit more than can be looked through say so, quickly', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 4000 }, (_, i) => [
        `r${i}`,
        role(['orders:read'], i === 0 ? [] : [`r${i - 1}`]),
      ]),
    );
    const started = performance.now();
    expect(told(shop({ roles: chain })).at(-1)).toMatch(/^roles-unchecked roles r\d+$/u);
    expect(performance.now() - started).toBeLessThan(3000);
  });

  test('every rule has a case', () => {
    const covered = CASES.flatMap(([rule]) => rule);
    expect([...new Set([...covered, 'roles-unchecked'])].sort()).toEqual(
      Object.keys(LINT_RULES).sort(),
    );
  });
});

describe('no noise', () => {
  test('a good catalog gives nothing to say', () => {
    expect(told(shop({}))).toEqual([]);
  });

  test('a sunset further away than 30 days is not near', () => {
    const far = shop({ actions: { ...READ, old: retiring('2027-01-31', 'orders:read') } });
    expect(told(far, at('2027-01-31') - 30 * DAY - 1)).toEqual([]);
  });

  test('a scope that only a delegation rule gives is used', () => {
    const delegation = [
      { actor: { client: 'checkout' }, holding: ['orders:read'], may: ['orders:write'] },
    ];
    expect(
      told(
        shop({ actions: { ...READ, ...WRITE }, roles: { all: role(['orders:read']) }, delegation }),
      ),
    ).toEqual([]);
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
      fc.property(arbitraryDocument, (document) => {
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
