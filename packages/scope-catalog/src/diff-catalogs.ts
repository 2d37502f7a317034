import type {
  CompiledCatalog,
  CompiledQuota,
  CompiledResourceServer,
  CompiledRole,
  CompiledScope,
} from './compiled-catalog.ts';
import { diffDelegation } from './diff-delegation.ts';
import type { DelegationChange } from './diff-delegation.ts';
import { diffFederation } from './diff-federation.ts';
import type { FederationChange } from './diff-federation.ts';
import type { DeprecationEntry } from './document.ts';
import { missingIn } from './missing-in.ts';
import { textOf } from './pair-off.ts';

/** What a property was and what it becomes; null where it is absent. */
export interface FieldChange<Field extends string, Value> {
  readonly field: Field;
  readonly from: Value | null;
  readonly to: Value | null;
}

type ScopeField =
  | FieldChange<'description' | 'risk' | 'resourceServer', string>
  | FieldChange<'lifetimeSeconds', number>
  | FieldChange<'deprecated', DeprecationEntry>
  | FieldChange<'quota', CompiledQuota>;

type ResourceServerField =
  | FieldChange<'audience' | 'description' | 'owner' | 'signingAlg' | 'senderConstrained', string>
  | FieldChange<'lifetimeSeconds', number>;

type RoleField = FieldChange<'description', string> | FieldChange<'inherits', readonly string[]>;

/** One respect in which two catalogs differ. */
export type CatalogChange =
  | { readonly kind: 'catalog_renamed'; readonly from: string; readonly to: string }
  | {
      readonly kind: 'resource_server_added' | 'resource_server_removed';
      readonly resourceServer: string;
      readonly audience: string;
    }
  | ({
      readonly kind: 'resource_server_changed';
      readonly resourceServer: string;
    } & ResourceServerField)
  | {
      readonly kind: 'scope_added' | 'scope_removed';
      readonly scope: string;
      readonly resourceServer: string;
    }
  /** To another audience: it is dead in tokens of the old one. */
  | {
      readonly kind: 'scope_moved';
      readonly scope: string;
      readonly from: string;
      readonly to: string;
    }
  | ({ readonly kind: 'scope_changed'; readonly scope: string } & ScopeField)
  | { readonly kind: 'role_added' | 'role_removed'; readonly role: string }
  | ({ readonly kind: 'role_changed'; readonly role: string } & RoleField)
  /** Counting what it inherits; a role that is added gains all its scopes, one removed loses them. */
  | { readonly kind: 'role_gains' | 'role_loses'; readonly role: string; readonly scope: string }
  | DelegationChange
  | FederationChange;

/**
 * Says in what two catalogs differ: resource servers first, then scopes, then roles, each by name, then rules.
 *
 * Equal catalogs give nothing, and the other way round gives the same changes undone. Order that means nothing, as that
 * of inherited roles, is no difference; descriptions of resources are not compared, since nothing is decided by them.
 */
export function diffCatalogs(before: CompiledCatalog, after: CompiledCatalog): CatalogChange[] {
  return [
    ...(before.name === after.name
      ? []
      : [{ kind: 'catalog_renamed', from: before.name, to: after.name } as const]),
    ...eachOf(before.resourceServers, after.resourceServers, diffResourceServer),
    ...eachOf(before.scopes, after.scopes, diffScope),
    ...eachOf(before.roles, after.roles, diffRole),
    ...diffDelegation(before.delegation, after.delegation),
    ...eachOf(before.federation, after.federation, diffFederation),
  ];
}

function eachOf<T>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
  diff: (name: string, before: T | undefined, after: T | undefined) => Iterable<CatalogChange>,
): CatalogChange[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap((name) => [...diff(name, before.get(name), after.get(name))]);
}

function* diffResourceServer(
  resourceServer: string,
  before: CompiledResourceServer | undefined,
  after: CompiledResourceServer | undefined,
): Iterable<CatalogChange> {
  if (!before || !after) {
    const kind = before ? 'resource_server_removed' : 'resource_server_added';
    yield { kind, resourceServer, audience: (before ?? after)?.audience ?? '' };
    return;
  }
  const kind = 'resource_server_changed';
  const texts = ['audience', 'description', 'owner', 'signingAlg', 'senderConstrained'] as const;
  for (const field of texts) {
    const [from, to] = [before[field] ?? null, after[field] ?? null];
    if (from !== to) yield { kind, resourceServer, field, from, to };
  }
  const [from, to] = [before.lifetimeSeconds, after.lifetimeSeconds];
  if (from !== to) yield { kind, resourceServer, field: 'lifetimeSeconds', from, to };
}

function* diffScope(
  scope: string,
  before: CompiledScope | undefined,
  after: CompiledScope | undefined,
): Iterable<CatalogChange> {
  if (!before || !after) {
    const kind = before ? 'scope_removed' : 'scope_added';
    yield { kind, scope, resourceServer: (before ?? after)?.resourceServer ?? '' };
    return;
  }
  if (before.audience !== after.audience) {
    yield { kind: 'scope_moved', scope, from: before.audience, to: after.audience };
  }
  const kind = 'scope_changed';
  for (const field of ['resourceServer', 'description', 'risk'] as const) {
    const [from, to] = [before[field], after[field]];
    if (from !== to) yield { kind, scope, field, from, to };
  }
  const lifetimes = [before.lifetimeSeconds ?? null, after.lifetimeSeconds ?? null] as const;
  if (lifetimes[0] !== lifetimes[1]) {
    yield { kind, scope, field: 'lifetimeSeconds', from: lifetimes[0], to: lifetimes[1] };
  }
  const [from, to] = [before.deprecated ?? null, after.deprecated ?? null];
  if (!same(from, to)) yield { kind, scope, field: 'deprecated', from, to };
  const quotas = [before.quota ?? null, after.quota ?? null] as const;
  if (!same(...quotas)) {
    yield { kind, scope, field: 'quota', from: quotas[0], to: quotas[1] };
  }
}

function* diffRole(
  role: string,
  before: CompiledRole | undefined,
  after: CompiledRole | undefined,
): Iterable<CatalogChange> {
  if (!before) yield { kind: 'role_added', role };
  if (!after) yield { kind: 'role_removed', role };
  if (before && after) {
    const kind = 'role_changed';
    if (before.description !== after.description) {
      yield { kind, role, field: 'description', from: before.description, to: after.description };
    }
    const [from, to] = [[...before.inherits].sort(), [...after.inherits].sort()];
    if (!same(from, to)) yield { kind, role, field: 'inherits', from, to };
  }
  const [granted, grants] = [before?.scopes ?? NONE, after?.scopes ?? NONE];
  for (const scope of missingIn(granted, grants)) yield { kind: 'role_gains', role, scope };
  for (const scope of missingIn(grants, granted)) yield { kind: 'role_loses', role, scope };
}

const NONE: ReadonlySet<string> = new Set();

/** Whether two JSON values are equal, the order of keys aside. */
const same = (a: unknown, b: unknown): boolean => textOf(a) === textOf(b);
