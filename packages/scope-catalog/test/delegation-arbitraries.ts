import fc from 'fast-check';
import { decideDelegation, decideIssuance, derivationOf } from '@ambit/scope-catalog';
import type {
  ActionEntry,
  CatalogDocument,
  ChainRoot,
  CompiledCatalog,
  DelegationClient,
  DelegationEntry,
  DelegationGrant,
  DelegationRequest,
  DelegationSubject,
  DerivationStep,
} from '@ambit/scope-catalog';
import {
  ACTIONS,
  arbitraryAssignments,
  arbitraryDocument,
  arbitraryRequestedScope,
  audienceOf,
  CLIENTS,
  compiled,
  ISSUER,
  NOW,
  RESOURCES,
  ROLES,
  SCOPES,
  SERVERS,
} from './arbitraries.ts';

const scopesOf = (document: CatalogDocument): Set<string> =>
  new Set(
    Object.values(document.resourceServers).flatMap(({ resources }) =>
      Object.entries(resources).flatMap(([key, { actions }]) =>
        Object.keys(actions).map((action) => `${key}:${action}`),
      ),
    ),
  );

const denseAction: fc.Arbitrary<ActionEntry> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.constantFrom({}, { risk: 'high' as const }, { lifetimeSeconds: 120 }),
  },
  {
    weight: 1,
    arbitrary: fc.constant({ deprecated: { since: '2026-01-01', sunset: '2026-02-01' } }),
  },
);

/**
 * Catalogs with every scope of the pool, two resources a server, and roles that grant much, so that
 * chains get long.
 */
const denseDocument: fc.Arbitrary<CatalogDocument> = fc
  .record({
    actions: fc.array(denseAction, { minLength: SCOPES.length, maxLength: SCOPES.length }),
    roles: fc.tuple(...ROLES.map(() => fc.subarray([...SCOPES], { minLength: 3 }))),
  })
  .map(({ actions, roles }) => ({
    catalog: 'dense',
    resourceServers: Object.fromEntries(
      SERVERS.map((server, at) => [
        server,
        {
          audience: audienceOf(server),
          resources: Object.fromEntries(
            RESOURCES.slice(2 * at, 2 * at + 2).map((resource) => [
              resource,
              {
                actions: Object.fromEntries(
                  ACTIONS.map((action) => [
                    action,
                    actions[SCOPES.indexOf(`${resource}:${action}`)] ?? {},
                  ]),
                ),
              },
            ]),
          ),
        },
      ]),
    ),
    roles: Object.fromEntries(ROLES.map((role, at) => [role, { scopes: roles[at] ?? [] }])),
  }));

const rule = fc.record({
  actor: fc.oneof(
    fc.constantFrom(...ROLES).map((role) => ({ role })),
    fc.constantFrom(...CLIENTS).map((client) => ({ client })),
  ),
  holding: fc.uniqueArray(fc.constantFrom(...SCOPES), { maxLength: 2 }),
  may: fc.uniqueArray(fc.constantFrom(...SCOPES), { minLength: 1, maxLength: 8 }),
  maxDepth: fc.constantFrom(undefined, undefined, 1, 2, 3, 5),
});

/** Catalog documents that compile and have rules for delegation. */
export const arbitraryDelegatingDocument: fc.Arbitrary<CatalogDocument> = fc
  .tuple(
    fc.oneof({ weight: 4, arbitrary: denseDocument }, { weight: 1, arbitrary: arbitraryDocument }),
    fc.array(rule, { maxLength: 12, size: 'max' }),
  )
  .map(([document, rules]) => {
    const defined = scopesOf(document);
    const delegation = rules.flatMap(({ actor, holding, may, maxDepth }): DelegationEntry[] => {
      const listed = may.filter((scope) => defined.has(scope));
      if (listed.length === 0) return [];
      if ('role' in actor && !Object.hasOwn(document.roles ?? {}, actor.role)) return [];
      const held = holding.filter((scope) => defined.has(scope));
      const depth = maxDepth === undefined ? {} : { maxDepth };
      return [{ actor, holding: held, may: listed, ...depth }];
    });
    return { ...document, delegation };
  });

export const arbitraryDelegatingCatalog: fc.Arbitrary<CompiledCatalog> =
  arbitraryDelegatingDocument.map(compiled);

/** The same catalog without a rule. */
export const withoutRules = (catalog: CompiledCatalog): CompiledCatalog => ({
  ...catalog,
  delegation: [],
  delegationRules: { byRole: new Map(), byClient: new Map() },
});

const resourceServers = fc.uniqueArray(
  fc
    .tuple(fc.constantFrom(...SERVERS), fc.constantFrom(true, true, true, false))
    .map(([name, current]) => ({
      name,
      audience: current ? audienceOf(name) : 'https://old.example',
    })),
  { minLength: 1, maxLength: 3, selector: ({ name }) => name },
);

const assignments = fc.oneof(
  { weight: 3, arbitrary: fc.subarray([...ROLES]).map((roles) => roles.map((role) => ({ role }))) },
  { weight: 1, arbitrary: arbitraryAssignments },
);

const standing = fc.record({
  enabled: fc.integer({ min: 0, max: 19 }).map((n) => n > 0),
  assignments,
  resourceServers,
});

/** Every client there is, by its id. */
export type Clients = ReadonlyMap<string, DelegationClient>;

export const arbitraryClients: fc.Arbitrary<Clients> = fc.tuple(...CLIENTS.map(() => standing)).map(
  (standings) =>
    new Map(
      standings.map((one, index) => {
        const clientId = CLIENTS[index] ?? '';
        return [clientId, { clientId, ...one }];
      }),
    ),
);

const clientId = fc.constantFrom(...CLIENTS, 'stranger');
const thumbprint = fc.constantFrom('key-1', 'key-2');
const thumbprints = fc.record({ jkt: thumbprint, x5t: thumbprint }, { requiredKeys: [] });

const seldom = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.integer({ min: 0, max: 14 }).chain((n) => (n > 0 ? fc.constant(undefined) : arbitrary));

const exchangeSeed = fc.record({
  clients: arbitraryClients,
  actor: fc.constantFrom(...CLIENTS),
  sub: clientId,
  clientId,
  at: fc.nat({ max: 9 }),
  oddAudience: seldom(fc.constantFrom(`${ISSUER}/admin`, 'https://gone.example')),
  carried: fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 8, size: 'max' }),
  oddScopes: seldom(fc.uniqueArray(arbitraryRequestedScope, { maxLength: 10 })),
  actors: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 2, arbitrary: fc.uniqueArray(clientId, { maxLength: 4 }) },
  ),
  extraDepth: seldom(fc.constant(3)),
  expiresAt: fc.constantFrom(
    ...[0, 0.5, 1, ...Array<number>(30).fill(90), ...Array<number>(30).fill(9e5)].map(
      (s) => NOW / 1000 + s,
    ),
  ),
  cnf: seldom(thumbprints),
  mayAct: seldom(
    fc.constantFrom({}, { sub: 'web' }, { client_id: 'gate' }, { sub: 'web', iss: ISSUER }),
  ),
  asked: fc.oneof(
    { weight: 1, arbitrary: fc.constant([]) },
    { weight: 6, arbitrary: fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 3 }) },
  ),
  askedOf: fc.constantFrom('carried', 'listed', 'anything'),
  byRule: fc.option(fc.nat({ max: 30 }), { nil: undefined, freq: 2 }),
  oddAsked: seldom(fc.array(arbitraryRequestedScope, { maxLength: 4 })),
  resources: fc.oneof(
    { weight: 6, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.constantFrom(...SERVERS).map((name) => [audienceOf(name)]) },
  ),
  audiences: fc.oneof(
    { weight: 9, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(...SERVERS, 'ambit', '"none"').map((name) => [name]),
    },
  ),
  proof: thumbprints,
});

const picked = (from: readonly string[], picks: readonly number[]): string[] => [
  ...new Set(picks.flatMap((pick) => from[pick % from.length] ?? [])),
];

/**
 * A client as a rule names it, who is a credential of the server where its `holding` is carried.
 */
function namedBy({ actor }: DelegationEntry, client: DelegationClient): DelegationClient {
  const resourceServers = SERVERS.map((name) => ({ name, audience: audienceOf(name) }));
  return 'client' in actor
    ? { ...client, clientId: actor.client, resourceServers }
    : { ...client, assignments: [...client.assignments, { role: actor.role }], resourceServers };
}

/** A catalog and an exchange that somebody tries there: often possible, now and then absurd. */
export const arbitrarySituation: fc.Arbitrary<readonly [CompiledCatalog, DelegationRequest]> = fc
  .tuple(arbitraryDelegatingCatalog, exchangeSeed)
  .map(([catalog, seed]) => {
    const { clients, cnf, mayAct, actors, extraDepth = 0 } = seed;
    const chosen = clients.get(seed.actor);
    if (chosen === undefined) throw new Error('every client of the pool is there');
    const rule =
      seed.byRule === undefined
        ? undefined
        : catalog.delegation[seed.byRule % Math.max(1, catalog.delegation.length)];
    const actor = rule === undefined ? chosen : namedBy(rule, chosen);
    const held = catalog.scopes.get(rule?.holding[0] ?? '')?.resourceServer;
    const { name: own = 'api' } = actor.resourceServers[0] ?? {};
    const server = seed.at < 7 ? (held ?? own) : (SERVERS[seed.at % SERVERS.length] ?? 'api');
    const audience = seed.oddAudience ?? audienceOf(server);
    const there = picked(catalog.resourceServers.get(server)?.scopes ?? [], seed.carried);
    const scopes = seed.oddScopes ?? [...new Set([...there, ...(rule?.holding ?? [])])];
    const listed = rule?.may ?? catalog.delegation.flatMap(({ may }) => may);
    const wanted = catalog.scopes.get(listed[seed.at % Math.max(1, listed.length)] ?? '');
    const pools = {
      carried: scopes,
      listed: listed.filter((s) => catalog.scopes.get(s)?.audience === wanted?.audience),
      anything: [...SCOPES],
    };
    const requestedScopes = seed.oddAsked ?? picked(pools[seed.askedOf], seed.asked);
    const subjectToken: DelegationSubject = {
      sub: seed.sub,
      clientId: seed.clientId,
      audience,
      scopes,
      actors,
      depth: actors.length + extraDepth,
      expiresAt: seed.expiresAt,
      ...(cnf === undefined ? {} : { cnf }),
      ...(mayAct === undefined ? {} : { mayAct }),
    };
    const { resources, audiences, proof } = seed;
    return [
      catalog,
      { actor, subjectToken, requestedScopes, resources, audiences, proof },
    ] as const;
  });

/**
 * One attempt at the next exchange: who tries, and which of the scopes that could be given are
 * asked for.
 */
export interface Move {
  readonly actor: string;
  readonly server: string;
  readonly picks: readonly number[];
}

export const arbitraryMoves: fc.Arbitrary<readonly Move[]> = fc.array(
  fc.record({
    actor: fc.constantFrom(...CLIENTS),
    server: fc.constantFrom(...SERVERS),
    picks: fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 4 }),
  }),
  { minLength: 1, maxLength: 16, size: 'max' },
);

/** A chain that was really granted, exchange by exchange. */
export interface Chain {
  readonly root: ChainRoot;
  readonly steps: readonly DerivationStep[];
  readonly grants: readonly DelegationGrant[];
  /** Each token as a subject token, the root's first. */
  readonly tokens: readonly DelegationSubject[];
}

/**
 * Issues a root token to a client, for all it can get at one server, and lets others try their
 * moves on it.
 */
export function growChain(
  catalog: CompiledCatalog,
  clients: Clients,
  rootMove: Move,
  moves: readonly Move[],
): Chain | undefined {
  const principal = clients.get(rootMove.actor);
  const there = catalog.resourceServers.get(rootMove.server);
  if (principal === undefined || there === undefined) return undefined;
  const issued = decideIssuance(
    catalog,
    principal,
    { scopes: there.scopes, resources: [], defaultScopes: [], scopePolicy: 'partial' },
    NOW,
  );
  if (!issued.ok) return undefined;
  const root: ChainRoot = {
    jti: '0',
    sub: principal.clientId,
    clientId: principal.clientId,
    audience: there.audience,
    scopes: issued.value.scopes,
  };
  let token: DelegationSubject = {
    ...root,
    actors: [],
    depth: 0,
    expiresAt: NOW / 1000 + issued.value.lifetimeSeconds,
  };
  const [steps, grants, tokens]: [DerivationStep[], DelegationGrant[], DelegationSubject[]] = [
    [],
    [],
    [token],
  ];
  for (const move of moves) {
    const granted = tryMove(catalog, clients, token, move);
    if (granted === undefined) continue;
    const jti = String(steps.length + 1);
    const expiresAt = NOW / 1000 + granted.lifetimeSeconds;
    const parentJti = steps.at(-1)?.jti ?? root.jti;
    steps.push(derivationOf(granted, { jti, parentJti, catalogVersion: 1, expiresAt }));
    grants.push(granted);
    token = {
      sub: token.sub,
      clientId: move.actor,
      audience: granted.resourceServer.audience,
      scopes: granted.scopes,
      actors: granted.actors,
      depth: granted.depth,
      expiresAt,
    };
    tokens.push(token);
  }
  return { root, steps, grants, tokens };
}

function tryMove(
  catalog: CompiledCatalog,
  clients: Clients,
  subjectToken: DelegationSubject,
  { actor: name, server, picks }: Move,
): DelegationGrant | undefined {
  const actor = clients.get(name);
  if (actor === undefined) return undefined;
  const base = { actor, subjectToken, resources: [], audiences: [], proof: {} };
  const there = catalog.resourceServers.get(server)?.scopes ?? [];
  const could = there.filter(
    (scope) => decideDelegation(catalog, { ...base, requestedScopes: [scope] }, NOW).ok,
  );
  if (could.length === 0) return undefined;
  const requestedScopes = picks.map((pick) => could[pick % could.length] ?? '');
  const decided = decideDelegation(catalog, { ...base, requestedScopes }, NOW);
  if (!decided.ok) throw new Error('what is granted alone is granted together');
  return decided.value;
}
