import type { Client } from '../clients/client.ts';
import { decideForItself } from '../oauth/decide-for-itself.ts';
import type { RequestState } from '../oauth/request-state.ts';
import { issuePlainToken } from './plain-issuance.ts';
import type { PlainRequest } from './plain-request.ts';

/** The body of the answer to client_credentials (RFC 6749 §4.4.3); undefined where it is not granted, or is not plain. */
export async function decideToken(
  { clientId, parameters }: PlainRequest,
  client: Client,
  state: RequestState,
  pass: () => Promise<boolean>,
  { issuer }: { readonly issuer: string },
): Promise<unknown> {
  const decision = decideForItself(state, client, parameters);
  if (!decision.ok) return undefined;
  const grant = decision.value;
  state.issuance = grant;
  return issuePlainToken(state, { grant, clientId, parties: { sub: clientId } }, pass, issuer);
}
