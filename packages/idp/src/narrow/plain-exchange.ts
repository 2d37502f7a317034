import type { Client } from '../clients/client.ts';
import { decideExchange } from '../oauth/decide-exchange.ts';
import { exchangedClaims } from '../oauth/issued-claims.ts';
import { readExchange } from '../oauth/read-exchange.ts';
import type { RequestState } from '../oauth/request-state.ts';
import { TOKEN_TYPES } from '../oauth/token-types.ts';
import type { TokenVerifier } from '../tokens/token-verifier.ts';
import { issuePlainToken } from './plain-issuance.ts';
import type { PlainRequest } from './plain-request.ts';

/** Whoever comes this way has proved possession of no key. */
const NO_PROOF = {};

/**
 * The body of the answer to the exchange of an access token of our own (RFC 8693 §2.2.1); undefined where it is not granted,
 * or is not plain.
 */
export async function decideTokenExchange(
  { clientId, parameters }: PlainRequest,
  client: Client,
  state: RequestState,
  pass: () => Promise<boolean>,
  { issuer, verifier }: { readonly issuer: string; readonly verifier: TokenVerifier },
): Promise<unknown> {
  const asked = readExchange(parameters);
  if (!asked.ok) return undefined;
  const decision = await decideExchange(state, asked.value, { client, proof: NO_PROOF }, verifier);
  if (!decision.ok) return undefined;
  const { grant } = decision.value;
  const parties = exchangedClaims(decision.value);
  const issuedTokenType = TOKEN_TYPES.accessToken;
  return issuePlainToken(state, { grant, clientId, parties, issuedTokenType }, pass, issuer);
}
