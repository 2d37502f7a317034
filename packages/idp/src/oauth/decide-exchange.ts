import { decideDelegation, err, ok, present } from '@ambit/scope-catalog';
import type {
  DelegationGrant,
  DelegationRefusal,
  DelegationSubject,
  KeyThumbprints,
  Result,
} from '@ambit/scope-catalog';
import type { Client } from '../clients/client.ts';
import type { SubjectToken } from '../delegation/derive.ts';
import type { InactiveReason } from '../tokens/access-token.ts';
import { actorsOf } from '../tokens/act-claim.ts';
import { decideToken } from '../tokens/decide-token.ts';
import type { TokenVerifier } from '../tokens/token-verifier.ts';
import type { AskedExchange } from './read-exchange.ts';
import type { RequestState } from './request-state.ts';

/** Why an exchange is not granted; where policy says no, the state of the request tells why. */
export type ExchangeRefusal =
  | {
      readonly code: 'exchange.not_live';
      readonly role: 'subject' | 'actor';
      readonly reason: InactiveReason;
    }
  | { readonly code: 'exchange.foreign_actor' }
  | DelegationRefusal;

/** Who asks for an exchange, with the keys that it has proved possession of. */
export interface ExchangeActor {
  readonly client: Client;
  readonly proof: KeyThumbprints;
}

/** An exchange that is granted. */
export interface GrantedExchange {
  readonly subject: SubjectToken;
  readonly grant: DelegationGrant;
}

/**
 * Decides a token exchange (RFC 8693), and notes in the state of its request what there is to record of it. The checks, in
 * order:
 *
 * 1. `exchange.not_live`: the subject token is an access token of this issuer, and live at every step from its root.
 * 2. `exchange.not_live`, `exchange.foreign_actor`: the actor token, where there is one, is such a token too and the
 *    client's own.
 * 3. Those of {@link decideDelegation}.
 */
export async function decideExchange(
  state: RequestState,
  asked: AskedExchange,
  { client, proof }: ExchangeActor,
  verifier: TokenVerifier,
): Promise<Result<GrantedExchange, ExchangeRefusal>> {
  const { snapshot, now } = state;
  const subject = await presentToken(state, verifier, asked.subjectToken);
  if (!subject.ok) return err(notLive('subject', subject.error));
  if (asked.actorToken !== undefined) {
    const actor = await presentToken(state, verifier, asked.actorToken);
    if (!actor.ok) return err(notLive('actor', actor.error));
    const { client_id: clientId } = actor.value.token.claims;
    if (clientId !== client.clientId) return err({ code: 'exchange.foreign_actor' });
  }
  state.exchange = { subject: subject.value };
  const decision = decideDelegation(
    snapshot.catalog.compiled,
    {
      actor: client,
      subjectToken: delegationSubject(subject.value),
      ...present({ requestedScopes: asked.scope?.split(' ') }),
      resources: asked.resources,
      audiences: asked.audiences,
      proof,
    },
    now,
  );
  if (!decision.ok) {
    state.delegationRefusal = decision.error;
    return decision;
  }
  const granted = { subject: subject.value, grant: decision.value };
  state.exchange = granted;
  state.issuance = { ...granted.grant, refused: [] };
  return ok(granted);
}

const notLive = (role: 'subject' | 'actor', reason: InactiveReason) =>
  ({ code: 'exchange.not_live', role, reason }) as const;

/** A token that the client presents: an access token of this issuer, live now. */
async function presentToken(
  { snapshot, now }: RequestState,
  verifier: TokenVerifier,
  value: string,
): Promise<Result<SubjectToken, InactiveReason>> {
  const verified = await verifier.verify(value, snapshot.keys);
  if (!verified.ok) return verified;
  const decision = await decideToken(verified.value, snapshot, now);
  return decision.active ? ok(decision) : err(decision.reason);
}

const delegationSubject = ({
  token: { claims },
  liveness,
  derivation,
}: SubjectToken): DelegationSubject => ({
  sub: claims.sub,
  clientId: claims.client_id,
  audience: claims.aud,
  scopes: liveness.scopes,
  actors: actorsOf(claims.act),
  depth: derivation?.steps.length ?? 0,
  expiresAt: claims.exp,
  ...present({
    cnf: claims.cnf && present({ jkt: claims.cnf.jkt, x5t: claims.cnf['x5t#S256'] }),
    mayAct: claims.may_act,
  }),
});
