import type { Client } from '../clients/client.ts';
import { mayIntrospect } from '../oauth/may-introspect.ts';
import type { RequestState } from '../oauth/request-state.ts';
import { decideToken } from '../tokens/decide-token.ts';
import { introspectionOf } from '../tokens/introspection.ts';
import type { TokenVerifier } from '../tokens/token-verifier.ts';
import type { PlainRequest } from './plain-request.ts';

const INACTIVE = { active: false };

/** The body of the answer to an introspection (RFC 7662 §2.2), once the request was counted. */
export async function decideIntrospection(
  { parameters: { token = '' } }: PlainRequest,
  client: Client,
  state: RequestState,
  pass: () => Promise<boolean>,
  { verifier }: { readonly verifier: TokenVerifier },
): Promise<unknown> {
  if (!(await pass())) return undefined;
  const { snapshot, now } = state;
  const verified = await verifier.verify(token, snapshot.keys);
  if (!verified.ok) {
    state.presented = { active: false, reason: verified.error };
    return INACTIVE;
  }
  const decision = await decideToken(verified.value, snapshot, now);
  state.presented = decision;
  if (!decision.active) return INACTIVE;
  const { client_id: clientId, aud: audience } = verified.value.claims;
  state.allowed = mayIntrospect(snapshot, client, { clientId, audience });
  return state.allowed ? introspectionOf(decision) : INACTIVE;
}
