import type { CompiledCatalog, CompiledScope } from '@ambit/scope-catalog';
import { GRANTS, REQUEST_REASONS, SCOPE_REASONS, UNKNOWN } from './label-values.ts';
import type { Registry } from './registry.ts';
import type { Cell, Series } from './series.ts';

/** What is counted of one resource server under one version. */
export interface ServerCells {
  readonly issued: Readonly<Record<(typeof GRANTS)[number], Cell>>;
  readonly highRisk: Cell;
  refused(reason: string): Cell;
}

/** What is counted of one scope under one version. */
export interface ScopeCells {
  /** Absent for names that the version does not list; they are counted together. */
  readonly scope?: CompiledScope;
  readonly granted: Cell;
  /** Absent where the scope is not about to be retired. */
  readonly deprecated?: Cell;
  refused(reason: string): Cell;
}

/**
 * What is counted under one catalog version, each label resolved once. Only names that its catalog gives become labels,
 * whatever they are asked for: every other is counted as unknown.
 */
export interface VersionView {
  readonly catalog: CompiledCatalog;
  server(name: string | undefined): ServerCells;
  scope(name: string): ScopeCells;
}

/** Makes the views of catalog versions over the counters that tell versions apart. */
export interface VersionViews {
  make(catalog: CompiledCatalog, version: string): VersionView;
  /** Ends the series of a version. */
  forget(version: string): void;
}

/** Makes those counters, and what makes views over them. */
export function createVersionViews(registry: Registry): VersionViews {
  const issued = registry.counter('ambit_tokens_issued_total');
  const highRisk = registry.counter('ambit_tokens_issued_high_risk_total');
  const refused = registry.counter('ambit_tokens_refused_total');
  const scopesGranted = registry.counter('ambit_token_scopes_granted_total');
  const scopesRefused = registry.counter('ambit_token_scopes_refused_total');
  const deprecated = registry.counter('ambit_deprecated_scopes_granted_total');
  const versioned: readonly Series<'catalog_version'>[] = [
    issued,
    highRisk,
    refused,
    scopesGranted,
    scopesRefused,
  ] as never;

  const serverCells = (name: string, version: string): ServerCells => {
    const labels = { resource_server: name, catalog_version: version };
    const [client_credentials, token_exchange, workload] = GRANTS.map((grant) =>
      issued.cell({ ...labels, grant }),
    ) as [Cell, Cell, Cell];
    const byReason = new Map(
      REQUEST_REASONS.map((reason) => [reason as string, refused.cell({ ...labels, reason })]),
    );
    const unknown = byReason.get(UNKNOWN) as Cell;
    return {
      issued: { client_credentials, token_exchange, workload },
      highRisk: highRisk.cell(labels),
      refused: (reason) => byReason.get(reason) ?? unknown,
    };
  };

  const scopeCells = (scope: CompiledScope | undefined, version: string): ScopeCells => {
    const labels = {
      scope: scope?.name ?? UNKNOWN,
      resource_server: scope?.resourceServer ?? UNKNOWN,
    };
    const byReason = new Map<string, Cell>();
    return {
      ...(scope === undefined ? {} : { scope }),
      ...(scope && isAgeing(scope) ? { deprecated: deprecated.cell(labels) } : {}),
      granted: scopesGranted.cell({ ...labels, catalog_version: version }),
      refused(reason) {
        const label = KNOWN_REASONS.has(reason) ? reason : UNKNOWN;
        return orMake(byReason, label, () =>
          scopesRefused.cell({ ...labels, reason: label, catalog_version: version }),
        );
      },
    };
  };

  return {
    make(catalog, version) {
      const servers = new Map([[UNKNOWN, serverCells(UNKNOWN, version)]]);
      // Those that are about to be retired are counted from 0 on, so that their first use is seen as a rise.
      const ageing = [...catalog.scopes.values()].filter(isAgeing);
      const scopes = new Map(ageing.map((scope) => [scope.name, scopeCells(scope, version)]));
      return {
        catalog,
        server(name) {
          const key = name !== undefined && catalog.resourceServers.has(name) ? name : UNKNOWN;
          return orMake(servers, key, () => serverCells(key, version));
        },
        scope(name) {
          const known = catalog.scopes.get(name);
          return orMake(scopes, known?.name ?? UNKNOWN, () => scopeCells(known, version));
        },
      };
    },
    forget(version) {
      for (const series of versioned) series.forget((labels) => labels.catalog_version === version);
    },
  };
}

const isAgeing = ({ deprecatedFrom }: CompiledScope): boolean => deprecatedFrom !== undefined;

const KNOWN_REASONS: ReadonlySet<string> = new Set(SCOPE_REASONS);

function orMake<K, V>(made: Map<K, V>, key: K, make: () => V): V {
  let value = made.get(key);
  if (value === undefined) made.set(key, (value = make()));
  return value;
}
