import { decodeScopeName, err, ok, present, suggestNames } from '@ambit/scope-catalog';
import type { Result } from '@ambit/scope-catalog';
import type { Actor } from '../actor.ts';
import type { ActorRefusal, Change, Changes } from '../change.ts';
import type { StatePart } from '../revision.ts';
import type { Ports, Storage } from '../storage.ts';
import type { RevocationMatch, RevocationRule, RevocationStore } from './ports.ts';
import { expiryAfterAll, expiryAfterToken } from './rule-expiry.ts';

/** Takes a signing key out of the JWKS at once. */
export interface KeyRevoker {
  /** Makes what takes its place; the step to be done in the transaction of the revocation is quick then. */
  prepareRevocation(
    kid: string,
  ): Promise<
    (
      change: Change,
    ) => Promise<Result<void, { readonly code: 'key.not_found'; readonly kid: string }>>
  >;
}

/** Why nothing can be revoked by a rule. */
export type RevocationRefusal =
  | ActorRefusal
  | { readonly code: 'key.not_found'; readonly kid: string }
  | { readonly code: 'client.not_found'; readonly clientId: string }
  | { readonly code: 'scope.unknown'; readonly scope: string; readonly near: readonly string[] }
  | { readonly code: 'catalog.not_found'; readonly version: number }
  | { readonly code: 'revocation.in_future'; readonly issuedBefore: number };

/** Makes revocation rules. */
export interface RevocationService {
  /**
   * Revokes what matches and was issued before now. Fails closed: the rule counts from its commit on, on every
   * replica.
   */
  revoke(
    match: RevocationMatch,
    reason: string | undefined,
    actor: Actor,
  ): Promise<Result<RevocationRule, RevocationRefusal>>;
  list: RevocationStore['list'];
}

/** Makes the revocation service. */
export function createRevocationService(deps: {
  readonly storage: Storage;
  readonly changes: Changes;
  readonly newId: () => string;
  readonly keys: KeyRevoker;
}): RevocationService {
  const { storage, changes, newId, keys } = deps;

  return {
    list: (page) => storage.read.revocations.list(page),

    async revoke(match, reason, actor) {
      const id = newId();
      const revokeKey = match.kind === 'key' ? await keys.prepareRevocation(match.kid) : undefined;
      return changes<RevocationRule, RevocationRefusal>(
        actor,
        {
          event: 'revocation.created',
          target: { kind: 'revocation', id },
          scopes: ['ambit.token:revoke'],
        },
        async (change) => {
          const { tx, now, actor: creator } = change;
          const sound = await validateMatch(match, change);
          if (!sound.ok) return sound;
          const revoked = await revokeKey?.(change);
          if (revoked?.ok === false) return revoked;
          const expiresAt = await expiryOf(match, change);
          const facts = {
            ...match,
            id,
            createdAt: now,
            createdBy: creator.clientId,
            ...present({ reason, expiresAt }),
          };
          const parts: StatePart[] =
            match.kind === 'key' ? ['revocations', 'keys'] : ['revocations'];
          const revision = await change.record(parts, { after: facts });
          const rule = { ...facts, revision };
          await tx.revocations.insert(rule);
          await tx.revocations.prune(now);
          return ok(rule);
        },
      );
    },
  };
}

/** Whether what a rule speaks of exists, so that a slip of the pen is not taken for a revocation. */
async function validateMatch(
  match: RevocationMatch,
  { tx, now, active }: Change,
): Promise<Result<void, RevocationRefusal>> {
  switch (match.kind) {
    case 'client':
      return (await tx.clients.isNameTaken(match.clientId))
        ? ok(undefined)
        : err({ code: 'client.not_found', clientId: match.clientId });
    case 'scope':
      return active.compiled.scopes.has(match.scope) || (await wasPublished(match.scope, tx))
        ? ok(undefined)
        : err({
            code: 'scope.unknown',
            scope: match.scope,
            near: suggestNames(match.scope, active.compiled.scopes.keys()),
          });
    case 'version':
      return (await tx.catalog.find(match.version)) === undefined
        ? err({ code: 'catalog.not_found', version: match.version })
        : ok(undefined);
    case 'issued-before':
      return match.issuedBefore * 1000 > now
        ? err({ code: 'revocation.in_future', issuedBefore: match.issuedBefore })
        : ok(undefined);
    case 'jti': // a token whose issuance has left the log can be revoked all the same
    case 'key': // asked of the keys themselves
      return ok(undefined);
  }
}

/** Whether some version ever listed a scope: tokens that carry it may still be about, and the version come back. */
async function wasPublished(scope: string, { catalog }: Pick<Ports, 'catalog'>): Promise<boolean> {
  const name = decodeScopeName(scope);
  if (!name.ok) return false;
  const { resource, action } = name.value;
  const newest = (await catalog.list({ limit: 1 })).items[0]?.version ?? 0;
  for (let version = newest; version > 0; version -= 1) {
    const servers = Object.values((await catalog.find(version))?.document.resourceServers ?? {});
    const listed = servers.some(({ resources }) => {
      const actions = new Map(Object.entries(resources)).get(resource)?.actions ?? {};
      return Object.hasOwn(actions, action);
    });
    if (listed) return true;
  }
  return false;
}

/** When the last token that a rule could cover has expired; a revoked key never comes back. */
async function expiryOf(match: RevocationMatch, { tx, now }: Change): Promise<number | undefined> {
  if (match.kind === 'key') return undefined;
  const latest = expiryAfterAll(now);
  if (match.kind !== 'jti') return latest;
  const issued = await tx.audit.findIssuance(match.jti);
  return issued?.expiresAt === undefined
    ? latest
    : Math.min(latest, expiryAfterToken(issued.expiresAt));
}
