import fc from 'fast-check';
import {
  compileCatalog,
  QUOTA_HOLDERS,
  QUOTA_MODES,
  RISKS,
  SCOPE_POLICIES,
} from '@ambit/scope-catalog';
import type {
  ActionEntry,
  CatalogDocument,
  CompiledCatalog,
  IssuanceRequest,
  Principal,
  QuotaEntry,
  ResourceEntry,
  RoleEntry,
} from '@ambit/scope-catalog';

/** The moment at which every law is tried; random dates and times lie on both sides of it. */
export const NOW = Date.UTC(2026, 6, 1);

export const ISSUER = 'https://id.example';

/** Names come from small pools, so that random catalogs, principals and requests meet often. */
export const SERVERS = ['api', 'billing', 'constructor'] as const;
export const RESOURCES = [
  'orders',
  'orders:archive',
  'users',
  'shop:items',
  'invoices',
  'files.all',
] as const;
export const ACTIONS = ['read', 'write', 'refund'] as const;
export const ROLES = ['viewer', 'editor', 'boss', 'clerk', 'constructor'] as const;
export const SCOPES = RESOURCES.flatMap((resource) =>
  ACTIONS.map((action) => `${resource}:${action}`),
);
export const CLIENTS = ['web', 'worker', 'reports', 'gate'] as const;
const BUILT_IN_ROLES = ['ambit-viewer', 'ambit-editor', 'ambit-admin'] as const;
const BUILT_IN_SCOPES = ['ambit.catalog:read', 'ambit.role:assign'] as const;

export const audienceOf = (server: string): string => `https://${server}.example`;

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

/** Drops what is undefined, so that absent stays absent. */
const present = <T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };

const date = fc.constantFrom('2026-01-31', '2026-06-30', '2026-07-01', '2026-07-02', '2026-12-31');
const lifetimeSeconds = fc.constantFrom(30, 120, 300, 3600);

export const arbitraryQuota = fc
  .record({
    limit: fc.constantFrom(1, 2, 100),
    windowSeconds: fc.constantFrom(1, 300, 3600),
    per: fc.constantFrom(...QUOTA_HOLDERS),
    mode: maybe(fc.constantFrom(...QUOTA_MODES)),
  })
  .map(present) as fc.Arbitrary<QuotaEntry>;

const action: fc.Arbitrary<ActionEntry> = fc
  .record({
    description: maybe(fc.constantFrom('See it', 'Change it')),
    risk: maybe(fc.constantFrom(...RISKS)),
    lifetimeSeconds: maybe(lifetimeSeconds),
    quota: maybe(arbitraryQuota),
    deprecated: fc.option(
      fc.record({
        dates: fc.tuple(date, maybe(date)),
        successor: maybe(fc.constantFrom(...SCOPES)),
      }),
      { nil: undefined, freq: 3 },
    ),
  })
  .map(({ deprecated, ...rest }) => {
    if (deprecated === undefined) return present(rest);
    const [since, sunset] = deprecated.dates;
    const dates = sunset !== undefined && sunset < since ? [sunset, since] : [since, sunset];
    const { successor } = deprecated;
    return present({
      ...rest,
      deprecated: present({ since: dates[0], sunset: dates[1], successor }),
    });
  }) as fc.Arbitrary<ActionEntry>;

const actions = fc.dictionary(fc.constantFrom(...ACTIONS), action, { minKeys: 1, maxKeys: 3 });

/** Each resource of the pool with the server it is put on, if any. */
const placements = fc.tuple(
  ...RESOURCES.map(() =>
    maybe(
      fc.record({
        server: fc.constantFrom(...SERVERS),
        actions,
        description: maybe(fc.constant('Things')),
      }),
    ),
  ),
);

const accessToken = maybe(
  fc.record(
    {
      lifetimeSeconds,
      signingAlg: fc.constantFrom('ES256' as const, 'EdDSA' as const),
      senderConstrained: fc.constantFrom('none' as const, 'dpop' as const),
    },
    { requiredKeys: [] },
  ),
);

const roleMentions = fc.tuple(
  ...ROLES.map(() =>
    maybe(
      fc.record({
        inherits: fc.uniqueArray(fc.constantFrom(...ROLES), { maxLength: 2 }),
        scopes: fc.uniqueArray(
          fc.constantFrom(...SCOPES, ...RESOURCES.map((resource) => `${resource}:*`)),
          { maxLength: 5 },
        ),
      }),
    ),
  ),
);

/** Catalog documents that compile: every name they mention is defined, and inheritance goes one way. */
export const arbitraryDocument: fc.Arbitrary<CatalogDocument> = fc
  .record({
    placements,
    accessTokens: fc.tuple(...SERVERS.map(() => accessToken)),
    roles: roleMentions,
  })
  .map(({ placements: placed, accessTokens, roles }) => {
    const defined = new Set(
      placed.flatMap((place, index) =>
        place === undefined
          ? []
          : Object.keys(place.actions).map((name) => `${RESOURCES[index] ?? ''}:${name}`),
      ),
    );
    return {
      catalog: 'random',
      resourceServers: Object.fromEntries(
        SERVERS.map((server, index) => [
          server,
          present({
            audience: audienceOf(server),
            accessToken: accessTokens[index],
            resources: resourcesOf(server, placed, defined),
          }),
        ]),
      ),
      roles: rolesOf(roles, defined),
    } as CatalogDocument;
  });

type Placement =
  | { server: string; actions: Record<string, ActionEntry>; description: string | undefined }
  | undefined;

function resourcesOf(
  server: string,
  placed: readonly Placement[],
  defined: ReadonlySet<string>,
): Record<string, ResourceEntry> {
  const entries = placed.flatMap((place, index): [string, ResourceEntry][] => {
    if (place?.server !== server) return [];
    const resource = RESOURCES[index] ?? '';
    const kept = Object.entries(place.actions).map(([name, entry]) => [
      name,
      withKnownSuccessor(entry, `${resource}:${name}`, defined),
    ]);
    const described = place.description === undefined ? {} : { description: place.description };
    return [
      [
        resource,
        { ...described, actions: Object.fromEntries(kept) as Record<string, ActionEntry> },
      ],
    ];
  });
  return Object.fromEntries(entries);
}

function withKnownSuccessor(
  entry: ActionEntry,
  name: string,
  defined: ReadonlySet<string>,
): ActionEntry {
  const successor = entry.deprecated?.successor;
  if (entry.deprecated === undefined || successor === undefined) return entry;
  if (successor !== name && defined.has(successor)) return entry;
  const { successor: _, ...deprecated } = entry.deprecated;
  return { ...entry, deprecated };
}

function rolesOf(
  mentions: readonly ({ inherits: string[]; scopes: string[] } | undefined)[],
  defined: ReadonlySet<string>,
): Record<string, RoleEntry> {
  const resources = new Set([...defined].map((name) => name.slice(0, name.lastIndexOf(':'))));
  const isDefined = (mention: string): boolean =>
    mention.endsWith(':*') ? resources.has(mention.slice(0, -2)) : defined.has(mention);
  const entries = mentions.flatMap((mention, index): [string, RoleEntry][] => {
    if (mention === undefined) return [];
    const earlier = ROLES.filter((_, other) => other < index && mentions[other] !== undefined);
    return [
      [
        ROLES[index] ?? '',
        {
          inherits: earlier.filter((role) => mention.inherits.includes(role)),
          scopes: mention.scopes.filter(isDefined),
        },
      ],
    ];
  });
  return Object.fromEntries(entries);
}

/** The catalog that a document of {@link arbitraryDocument} compiles to; throws where it does not. */
export function compiled(document: CatalogDocument): CompiledCatalog {
  const result = compileCatalog(document, { issuer: ISSUER });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

export const arbitraryCatalog: fc.Arbitrary<CompiledCatalog> = arbitraryDocument.map(compiled);

/** Assignments to roles that exist in some catalogs only, ended before, at and after {@link NOW}, or without end. */
export const arbitraryAssignments = fc.uniqueArray(
  fc
    .record({
      role: fc.constantFrom(...ROLES, ...BUILT_IN_ROLES, 'dormant'),
      until: fc.constantFrom(undefined, undefined, NOW - 1, NOW, NOW + 1),
    })
    .map(({ role, until }) => (until === undefined ? { role } : { role, until })),
  { maxLength: 4, selector: ({ role }) => role },
);

export const arbitraryPrincipal: fc.Arbitrary<Principal> = fc.record({
  clientId: fc.constantFrom(...CLIENTS),
  enabled: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
  assignments: arbitraryAssignments,
});

/** Scope names as requests name them: mostly of the pool, now and then built-in, mistyped or hostile. */
export const arbitraryRequestedScope = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...SCOPES) },
  { weight: 1, arbitrary: fc.constantFrom(...BUILT_IN_SCOPES) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'ordres:read',
      'orders:*',
      'constructor',
      '__proto__',
      '"\\é\u0000',
      '',
    ),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 200 }) },
);

const arbitraryScopeList = fc.array(arbitraryRequestedScope, { maxLength: 4 });

export const arbitraryRequest: fc.Arbitrary<IssuanceRequest> = fc
  .record({
    scopes: fc.oneof(
      { weight: 1, arbitrary: fc.constant(undefined) },
      { weight: 6, arbitrary: arbitraryScopeList },
      { weight: 1, arbitrary: fc.array(arbitraryRequestedScope, { maxLength: 120 }) },
    ),
    resources: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      {
        weight: 2,
        arbitrary: fc.constantFrom(...SERVERS).map((server) => [audienceOf(server)]),
      },
      {
        weight: 1,
        arbitrary: fc.array(fc.constantFrom('https://api.example', 'https://"no".example'), {
          maxLength: 2,
        }),
      },
    ),
    defaultScopes: arbitraryScopeList,
    scopePolicy: fc.constantFrom(...SCOPE_POLICIES),
  })
  .map(({ scopes, ...rest }) => (scopes === undefined ? rest : { ...rest, scopes }));
