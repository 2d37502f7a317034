import { entitledScopes, err, ok, present } from '@ambit/scope-catalog';
import type { GovernanceRefusal, Principal, Result } from '@ambit/scope-catalog';
import { isSystem } from './actor.ts';
import type { Actor } from './actor.ts';
import type { AuditEvent } from './audit/events.ts';
import type { AuditTarget } from './audit/record.ts';
import { isSecuring } from './audit/securing.ts';
import { requestFacts } from './request.ts';
import type { RequestOrigin } from './request.ts';
import type { StatePart } from './revision.ts';
import type { ActiveCatalog, Snapshots } from './snapshot/snapshot.ts';
import type { Ports, Storage } from './storage.ts';

/** What an actor wants to do: the scopes it takes, and how the audit log names it. */
export interface Attempt {
  readonly event: AuditEvent;
  readonly target: AuditTarget;
  readonly scopes: readonly string[];
}

/** One change in its transaction: what it decides on and writes by. */
export interface Change {
  readonly tx: Ports;
  readonly now: number;
  /** The actor as the store knows it in this very transaction. */
  readonly actor: Principal;
  readonly request: RequestOrigin;
  readonly active: ActiveCatalog;
  /** Counts the change, writes its audit record and gives the revision it made. */
  record(
    parts: readonly StatePart[],
    facts: { readonly before?: unknown; readonly after?: unknown; readonly target?: AuditTarget },
  ): Promise<number>;
}

/** Why an actor may not make a change that its token allowed when the request came in. */
export type ActorRefusal =
  | { readonly code: 'actor.not_live'; readonly clientId: string }
  | { readonly code: 'actor.scope_missing'; readonly scope: string };

/** Makes changes: each in one transaction, decided on what that transaction reads, and audited in it. */
export type Changes = <T, E extends { readonly code: string }>(
  actor: Actor,
  attempt: Attempt,
  work: (change: Change) => Promise<Result<T, E>>,
) => Promise<Result<T, E | ActorRefusal>>;

type Forbidden = (ActorRefusal | GovernanceRefusal)['code'];

const FORBIDDEN: Readonly<Record<Exclude<Forbidden, 'role.unknown'>, true>> = {
  'actor.not_live': true,
  'actor.scope_missing': true,
  'governance.reserved_role': true,
  'governance.self_assignment': true,
  'governance.privileged_client': true,
  'governance.acts_for_others': true,
  'governance.last_admin': true,
  'catalog.publisher_gains': true,
};

/** Whether a refusal says "you may not", as opposed to "it cannot be": these attempts are kept in the audit log. */
const isForbidden = (code: string): boolean => Object.hasOwn(FORBIDDEN, code);

/**
 * Makes the frame every change of a service runs in.
 *
 * The actor is read again inside the transaction, so that one disabled or stripped of its role a moment ago changes
 * nothing. INVARIANT: a refused change leaves no trace in the store but, where the actor was not allowed it, its audit
 * record.
 */
export function createChanges(deps: {
  readonly storage: Storage;
  readonly snapshots: Snapshots;
  readonly clock: () => number;
}): Changes {
  const { storage, snapshots, clock } = deps;
  return async <T, E extends { readonly code: string }>(
    actor: Actor,
    attempt: Attempt,
    work: (change: Change) => Promise<Result<T, E>>,
  ) => {
    const now = clock();
    const decide = async (tx: Ports): Promise<Result<T, E | ActorRefusal>> => {
      const { catalog: active } = await snapshots.current();
      const principal = await refresh(tx, actor);
      const allowed = authorise(principal, actor, attempt, active, now);
      const result = allowed.ok
        ? await work(createChange({ tx, now, actor: allowed.value, active }, actor, attempt))
        : allowed;
      if (!result.ok) throw new RolledBack(result.error);
      return result;
    };
    try {
      return await storage.transaction(decide, isSecuring(attempt.event) ? 'securing' : 'ordinary');
    } catch (error) {
      if (!(error instanceof RolledBack)) throw error;
      const refusal = error.refusal as E | ActorRefusal;
      const { code, ...facts } = refusal;
      if (isForbidden(code)) {
        await storage.read.audit.append({
          time: now,
          event: attempt.event,
          decision: 'refused',
          ...requestFacts(actor.request),
          actor: actor.principal.clientId,
          ...about(attempt.target),
          reason: code,
          detail: JSON.stringify(facts),
        });
      }
      return err(refusal);
    }
  };
}

/** Carries a refusal out of a transaction so that nothing of it is kept. */
class RolledBack extends Error {
  readonly refusal: unknown;

  constructor(refusal: unknown) {
    super('rolled back');
    this.refusal = refusal;
  }
}

const refresh = async (tx: Ports, actor: Actor): Promise<Principal | undefined> =>
  isSystem(actor) ? actor.principal : tx.clients.find(actor.principal.clientId);

function authorise(
  principal: Principal | undefined,
  actor: Actor,
  attempt: Attempt,
  active: ActiveCatalog,
  now: number,
): Result<Principal, ActorRefusal> {
  if (principal === undefined || !principal.enabled) {
    return err({ code: 'actor.not_live', clientId: actor.principal.clientId });
  }
  if (isSystem(actor)) return ok(principal);
  const entitled = entitledScopes(active.compiled, principal, now);
  const missing = attempt.scopes.find((scope) => !actor.scopes.has(scope) || !entitled.has(scope));
  return missing === undefined
    ? ok(principal)
    : err({ code: 'actor.scope_missing', scope: missing });
}

/** What a record is about; one about a client is found by its name too. */
const about = (target: AuditTarget) =>
  target.kind === 'client' ? { target, client: target.id } : { target };

const createChange = (
  facts: Omit<Change, 'record' | 'request'>,
  actor: Actor,
  attempt: Attempt,
): Change => ({
  ...facts,
  request: actor.request,
  async record(parts, { before, after, target = attempt.target }) {
    const revision = await facts.tx.revision.advance(parts);
    await facts.tx.audit.append({
      time: facts.now,
      event: attempt.event,
      decision: 'granted',
      ...requestFacts(actor.request),
      actor: facts.actor.clientId,
      catalogVersion: facts.active.version,
      revision,
      ...about(target),
      ...present({ before, after }),
    });
    return revision;
  },
});
