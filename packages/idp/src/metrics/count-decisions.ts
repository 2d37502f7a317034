import { scopeState } from '@ambit/scope-catalog';
import { AUDIT_EVENTS } from '../audit/events.ts';
import type { AuditEvent } from '../audit/events.ts';
import type { AuditEntry } from '../audit/record.ts';
import type { ActiveCatalog } from '../snapshot/snapshot.ts';
import {
  DELEGATION_REASONS,
  EXPIRED_AT,
  INTROSPECTION_RESULTS,
  REVOCATION_KINDS,
  UNKNOWN,
  WORKLOAD_REASONS,
} from './label-values.ts';
import type { Registry } from './registry.ts';
import type { Cell, Series } from './series.ts';
import { createVersionViews } from './version-view.ts';
import type { VersionView, VersionViews } from './version-view.ts';

/** How many catalog versions are told apart; the series of an older one end. */
const VERSIONS_KEPT = 3;

/** Counts decisions. */
export interface DecisionCounter {
  count(entry: AuditEntry): void;
  /** Lets the series of the active version begin, with 0, before anything is counted in them. */
  begin(): void;
}

/**
 * Makes what counts decisions, from the entries of the audit log as they come.
 *
 * Most entries are of tokens, so their labels are looked up and never put together. INVARIANT: nothing that a caller can
 * write becomes a label.
 */
export function createDecisionCounter(
  registry: Registry,
  activeCatalog: () => ActiveCatalog | undefined,
): DecisionCounter {
  const decisions = everyDecision(registry.counter('ambit_decisions_total'));
  const introspections = closed(
    INTROSPECTION_RESULTS,
    registry.counter('ambit_introspections_total'),
    (result) => ({ result }),
  );
  const delegations = closed(
    DELEGATION_REASONS,
    registry.counter('ambit_delegations_refused_total'),
    (reason) => ({ reason }),
  );
  const workloads = closed(
    WORKLOAD_REASONS,
    registry.counter('ambit_workloads_refused_total'),
    (reason) => ({ reason }),
  );
  const revocations = closed(
    REVOCATION_KINDS,
    registry.counter('ambit_revocations_total'),
    (kind) => ({ kind }),
  );
  const expired = closed(
    EXPIRED_AT,
    registry.counter('ambit_expired_tokens_presented_total'),
    (endpoint) => ({ endpoint }),
  );
  const viewOf = keepViews(createVersionViews(registry), activeCatalog);

  /** A token of a workload or of an exchange that was refused says in its detail at which check. */
  const countRefusedToken = ({ detail = '' }: AuditEntry): void => {
    const code = /^[\w .]+/.exec(detail)?.[0] ?? '';
    const [, role, fault] = /^(subject|actor) token: (\w+)/.exec(detail) ?? [];
    if (role !== undefined) count(delegations.get(`${role}_token`));
    if (fault === 'expired') count(expired.get('token'));
    if (code.startsWith('delegation.')) count(delegations.get(code.slice('delegation.'.length)));
    count(workloads.get(code));
  };

  const countPresented = (entry: AuditEntry, endpoint: 'introspection' | 'revocation'): void => {
    if (entry.reason === 'expired') count(expired.get(endpoint));
  };

  const countEntry = (entry: AuditEntry): void => {
    const { event, decision } = entry;
    count(decisions[event]?.[decision]);
    switch (event) {
      case 'token.issued':
      case 'token.exchanged':
        countIssued(viewOf(entry), entry);
        break;
      case 'token.refused':
        countRefused(viewOf(entry), entry);
        countRefusedToken(entry);
        break;
      case 'token.introspected': {
        const result = decision === 'granted' ? 'active' : (entry.reason ?? UNKNOWN);
        count(introspections.get(result) ?? introspections.get(UNKNOWN));
        countPresented(entry, 'introspection');
        break;
      }
      case 'token.revoked':
        if (decision === 'granted') count(revocations.get('own_token'));
        countPresented(entry, 'revocation');
        break;
      case 'revocation.created':
        if (decision === 'granted') count(revocations.get((entry.after as { kind: string }).kind));
        break;
      default:
    }
  };

  return {
    count: countEntry,
    begin() {
      const active = activeCatalog();
      if (active) viewOf({ catalogVersion: active.version });
    },
  };
}

function count(cell: Cell | undefined): void {
  if (cell) cell.value += 1;
}

function countIssued(view: VersionView | undefined, entry: AuditEntry): void {
  const server = view?.server(entry.resourceServer);
  if (!view || !server) return;
  count(server.issued[grantOf(entry)]);
  let highRisk = false;
  for (const name of entry.grantedScopes ?? []) {
    const { scope, granted, deprecated } = view.scope(name);
    count(granted);
    if (scope?.risk === 'high') highRisk = true;
    if (deprecated && scope && scopeState(scope, entry.time) === 'deprecated') count(deprecated);
  }
  if (highRisk) count(server.highRisk);
  for (const { scope, reason } of entry.refusedScopes ?? []) {
    count(view.scope(scope).refused(reason));
  }
}

function grantOf({ event, federation }: AuditEntry) {
  if (event === 'token.exchanged') return 'token_exchange';
  return federation === undefined ? 'client_credentials' : 'workload';
}

function countRefused(view: VersionView | undefined, entry: AuditEntry): void {
  if (!view) return;
  const { requestedScopes = [], refusedScopes = [], reason = UNKNOWN } = entry;
  const meant = requestedScopes.find((name) => view.catalog.scopes.has(name)) ?? '';
  count(view.server(view.catalog.scopes.get(meant)?.resourceServer).refused(reason));
  for (const { scope, reason: why } of refusedScopes) count(view.scope(scope).refused(why));
}

/** The views of the versions that decided last. */
function keepViews(
  views: VersionViews,
  activeCatalog: () => ActiveCatalog | undefined,
): (entry: Pick<AuditEntry, 'catalogVersion'>) => VersionView | undefined {
  const kept = new Map<number, VersionView>();
  return ({ catalogVersion }) => {
    const known = catalogVersion === undefined ? undefined : kept.get(catalogVersion);
    if (known) return known;
    const active = activeCatalog();
    if (!active || catalogVersion === undefined) return undefined;
    const made = views.make(active.compiled, String(catalogVersion));
    kept.set(catalogVersion, made);
    const [oldest] = kept.keys();
    if (kept.size > VERSIONS_KEPT && oldest !== undefined) {
      kept.delete(oldest);
      views.forget(String(oldest));
    }
    return made;
  };
}

/** Every event and decision from 0 on, so that the first of a kind is seen as a rise. */
const everyDecision = (series: Series<'event' | 'decision'>) =>
  Object.fromEntries(
    (Object.keys(AUDIT_EVENTS) as AuditEvent[]).map((event) => [
      event,
      {
        granted: series.cell({ event, decision: 'granted' }),
        refused: series.cell({ event, decision: 'refused' }),
      },
    ]),
  ) as Partial<Record<AuditEvent, Record<'granted' | 'refused', Cell>>>;

/** The series of a closed list, each from 0 on. */
const closed = <L extends string>(
  list: readonly string[],
  series: Series<L>,
  labels: (value: string) => Readonly<Record<L, string>>,
): ReadonlyMap<string, Cell> => new Map(list.map((value) => [value, series.cell(labels(value))]));
