import { ADMIN_RESOURCE_SERVER } from '../built-in.ts';
import type {
  CompiledCatalog,
  CompiledResourceServer,
  CompiledScope,
} from '../compiled-catalog.ts';
import { err, ok } from '../result.ts';
import type { Result } from '../result.ts';
import { DELEGATION_DEPTH_MAX } from '../schema.ts';
import { scopeState } from '../scope-state.ts';
import { refuse, refuseScopes, refuseWithoutScopes } from './delegation-refusal.ts';
import type { RefusedScope, Unfitness } from './delegation-refusal.ts';
import { barTo, isAddressedTo, isIssuedTo, sourceOf } from './delegation-step.ts';
import type { DelegationStep } from './delegation-step.ts';
import type {
  DelegatedScope,
  DelegationGrant,
  DelegationRefusal,
  DelegationRequest,
  DelegationSubject,
  KeyThumbprints,
} from './delegation-terms.ts';
import { isEntitled } from './entitlement.ts';
import { decideTarget } from './exchange-target.ts';
import {
  deprecatedAmong,
  describeTooMany,
  REQUESTED_SCOPES_MAX,
  serverOfFirst,
  shortestLifetime,
} from './granting.ts';
import { quoteName } from './refusal-text.ts';

/**
 * Decides what a client is granted on behalf of the subject of a token that it presents (RFC 8693).
 *
 * The checks, in order, each with its code of {@link DELEGATION_CHECKS} and its error:
 *
 * 1. `actor_disabled`, `invalid_request`: the actor is enabled.
 * 2. `subject_expired`, `invalid_request`: the subject token has a second left at least.
 * 3. `subject_dead`, `invalid_request`: one of its scopes is live.
 * 4. `subject_reserved`, `invalid_request`: it is not for the admin API.
 * 5. `may_not_act`, `invalid_request`: its `may_act`, if there is one, names the actor and asks
 *    nothing else (§4.4).
 * 6. `not_addressed`, `invalid_request`: it was issued to the actor, or is addressed to a resource
 *    server of the actor's own.
 * 7. `unproven`, `invalid_request`: when issued to the actor and bound to a key, the request proves
 *    that key.
 * 8. `unbound`, `invalid_request`: when bound to any key, the request proves one, for the new token
 *    to be bound to.
 * 9. `too_deep`, `invalid_request`: the new token is five exchanges away from its root at most.
 * 10. `target_repeated`, `invalid_target`: `resource` and `audience` come once each at most, and
 *     mean one resource server.
 * 11. `target_unknown`, `invalid_target`: that resource server exists.
 * 12. `target_reserved`, `invalid_target`: it is not the admin API.
 * 13. `scopes_missing`, `invalid_scope`: a scope is asked for, or one can be carried on there.
 * 14. `scopes_too_many`, `invalid_scope`: at most 100 are.
 * 15. `scopes_refused`, `invalid_scope`: each is of the one audience, not retired, and granted by a
 *     step: (a) the subject token carries it live and the actor is entitled to it; (b) a rule gives
 *     it, see {@link sourceOf}.
 *
 * One scope that cannot be granted refuses the request. Without rules, granted is within what the
 * subject token carries live and within what the actor is entitled to; a rule adds what it lists
 * and nothing else. Neither lifetime nor depth ever grows. Costs a few look-ups per requested
 * scope, whatever the number of rules for others.
 */
export function decideDelegation(
  catalog: CompiledCatalog,
  request: DelegationRequest,
  now: number,
): Result<DelegationGrant, DelegationRefusal> {
  const { actor, subjectToken: subject, proof } = request;
  const secondsLeft = Math.floor(subject.expiresAt - now / 1000);
  const depth = Math.max(subject.depth, subject.actors.length) + 1;
  const fault = faultOf(catalog, request, secondsLeft, depth);
  if (fault !== undefined) return err(fault);

  const target = decideTarget(catalog, request);
  if (!target.ok) {
    const { code, description } = target.error;
    return err(refuse(`delegation.${code}`, description));
  }
  const step: DelegationStep = {
    actor,
    carried: new Set(subject.scopes),
    bar: barTo(catalog, actor, subject, now),
    depth,
  };
  const context = { catalog, step, now, server: target.value };
  const asked = scopesAsked(catalog, request, step, target.value, now);
  if (asked.size === 0) return err(refuseWithoutScopes(context));
  if (asked.size > REQUESTED_SCOPES_MAX) {
    return err(refuse('delegation.scopes_too_many', describeTooMany(asked.size)));
  }

  const server = target.value ?? serverOfFirst(catalog, asked);
  const granted: CompiledScope[] = [];
  const sources: DelegatedScope[] = [];
  const refused: RefusedScope[] = [];
  for (const name of asked) {
    const scope = catalog.scopes.get(name);
    const unfit = unfitness(scope, server, now);
    const source = unfit === undefined ? sourceOf(catalog, step, name, now) : undefined;
    if (scope !== undefined && source !== undefined) {
      granted.push(scope);
      sources.push({ scope: name, ...source });
    } else {
      refused.push({ name, scope, unfit });
    }
  }
  if (server === undefined || refused.length > 0) {
    return err(refuseScopes(refused, { ...context, server }));
  }
  return ok({
    resourceServer: server,
    scopes: granted.map(({ name }) => name),
    sources,
    deprecated: deprecatedAmong(granted, now),
    lifetimeSeconds: Math.min(secondsLeft, shortestLifetime(server, granted)),
    depth,
    actors: [actor.clientId, ...subject.actors],
    bindingRequired: subject.cnf !== undefined && isProof(proof),
  });
}

/** The first fault of actor, subject token and addressing; checks 1 to 9. */
function faultOf(
  catalog: CompiledCatalog,
  { actor, subjectToken: subject, proof }: DelegationRequest,
  secondsLeft: number,
  depth: number,
): DelegationRefusal | undefined {
  if (!actor.enabled) return refuse('delegation.actor_disabled', 'this client is disabled');
  if (!(secondsLeft > 0)) {
    return refuse('delegation.subject_expired', 'the subject token has expired');
  }
  if (subject.scopes.length === 0) {
    return refuse('delegation.subject_dead', 'the subject token has no live scope');
  }
  const admin = catalog.resourceServers.get(ADMIN_RESOURCE_SERVER);
  if (subject.audience === admin?.audience) {
    const description = 'the subject token is for the admin API, which takes part in no exchange';
    return refuse('delegation.subject_reserved', description);
  }
  if (subject.mayAct !== undefined && !namesOnly(subject.mayAct, actor.clientId)) {
    const description = 'the may_act claim of the subject token does not name this client alone';
    return refuse('delegation.may_not_act', description);
  }
  const issued = isIssuedTo(actor, subject);
  if (!issued && !isAddressedTo(catalog, actor, subject)) {
    const description = `the subject token was neither issued to this client nor is it for a resource server that this client is a credential of; it is for ${quoteName(subject.audience)}`;
    return refuse('delegation.not_addressed', description);
  }
  if (issued && subject.cnf !== undefined && !proves(proof, subject.cnf)) {
    const description =
      'the subject token is bound to a key that this request does not prove possession of';
    return refuse('delegation.unproven', description);
  }
  if (subject.cnf !== undefined && !isProof(proof)) {
    const description =
      'the subject token is bound to a key, so this request must prove possession of one too';
    return refuse('delegation.unbound', description);
  }
  if (!(depth <= DELEGATION_DEPTH_MAX)) {
    const description = `the subject token is ${String(subject.depth)} exchanges away from its root, and a chain has ${String(DELEGATION_DEPTH_MAX)} at most`;
    return refuse('delegation.too_deep', description);
  }
  return undefined;
}

/**
 * RFC 8693 §4.4: every member of `may_act` must hold for the actor, so one that is not understood
 * refuses.
 */
function namesOnly(mayAct: NonNullable<DelegationSubject['mayAct']>, clientId: string): boolean {
  const members = Object.entries(mayAct);
  return (
    members.length > 0 &&
    members.every(([name, value]) => ['sub', 'client_id'].includes(name) && value === clientId)
  );
}

const isProof = ({ jkt, x5t }: KeyThumbprints): boolean => jkt !== undefined || x5t !== undefined;

/** Every thumbprint that binds the token is proved; a binding of a kind unknown here never is. */
const proves = (proof: KeyThumbprints, bound: KeyThumbprints): boolean =>
  isProof(bound) &&
  (bound.jkt === undefined || bound.jkt === proof.jkt) &&
  (bound.x5t === undefined || bound.x5t === proof.x5t);

/**
 * The scopes asked for; where none are, those of the subject token that the actor is entitled to,
 * at the target or where the token is good already. What only a rule gives has to be asked for.
 */
function scopesAsked(
  catalog: CompiledCatalog,
  { requestedScopes = [], subjectToken }: DelegationRequest,
  { actor }: DelegationStep,
  target: CompiledResourceServer | undefined,
  now: number,
): ReadonlySet<string> {
  if (requestedScopes.length > 0) return new Set(requestedScopes);
  const audience = target?.audience ?? subjectToken.audience;
  return new Set(
    subjectToken.scopes.filter((name) => {
      const scope = catalog.scopes.get(name);
      return (
        scope?.audience === audience &&
        scopeState(scope, now) !== 'retired' &&
        isEntitled(catalog, actor, name, now)
      );
    }),
  );
}

/** What keeps a scope from being granted by any exchange at this resource server. */
function unfitness(
  scope: CompiledScope | undefined,
  server: CompiledResourceServer | undefined,
  now: number,
): Unfitness | undefined {
  if (scope === undefined) return 'unknown';
  if (scope.resourceServer === ADMIN_RESOURCE_SERVER) return 'reserved';
  if (scope.resourceServer !== server?.name) return 'other_audience';
  return scopeState(scope, now) === 'retired' ? 'retired' : undefined;
}
