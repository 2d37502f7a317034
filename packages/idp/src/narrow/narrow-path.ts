import type { Client } from '../clients/client.ts';
import { countRequest } from '../limits/limits.ts';
import type { Limits } from '../limits/limits.ts';
import { noteCounted } from '../oauth/counted-before.ts';
import { matchSecret } from '../oauth/match-secret.ts';
import type { Recorder } from '../oauth/recorder.ts';
import type { RequestState } from '../oauth/request-state.ts';
import { unavailable } from '../oauth/unavailable.ts';
import type { RequestOrigin } from '../request.ts';
import type { Snapshots } from '../snapshot/snapshot.ts';
import type { TokenVerifier } from '../tokens/token-verifier.ts';
import type { Vault } from '../vault/vault.ts';
import { limitFields } from '../web/limit-fields.ts';
import type { NarrowPath } from '../web/narrow-path.ts';
import { decideTokenExchange } from './plain-exchange.ts';
import { decideIntrospection } from './plain-introspection.ts';
import { isPlainHead } from './plain-head.ts';
import { readPlainRequest } from './plain-request.ts';
import type { PlainRequest } from './plain-request.ts';
import { decideToken } from './plain-token.ts';

/** What the narrow path needs; all of it is what the endpoints use themselves. */
export interface NarrowPathDependencies {
  readonly issuer: string;
  readonly snapshots: Snapshots;
  readonly vault: Pick<Vault, 'isSecret'>;
  readonly limits: Pick<Limits, 'requests' | 'failures'>;
  readonly verifier: TokenVerifier;
  readonly clock: () => number;
  readonly recorder: Recorder;
}

/**
 * Makes the narrow path: what most requests are, client_credentials, exchange of our own tokens and introspection by a client
 * with a secret, is decided here without the library (ADR-0018).
 *
 * INVARIANT: it says nothing but yes. Whatever is not plain, and whatever is refused or fails before its record, it leaves to
 * the endpoints as if nobody had looked at it, but that a client is counted once; so every refusal has one author. An
 * introspection that finds a token inactive is an answer.
 */
export function createNarrowPath(dependencies: NarrowPathDependencies): NarrowPath {
  const { recorder } = dependencies;
  return {
    mayTake: isPlainHead,
    async take(request, text, origin) {
      const asked = readPlainRequest(request, text);
      const known = asked && (await unlessItFails(authenticate(asked, origin, dependencies)));
      if (asked === undefined || known === undefined) return undefined;
      const { state } = known;
      const body = await unlessItFails(decide(asked, known, dependencies));
      if (body === undefined) {
        if (state.counted) noteCounted(request, state.counted);
        return undefined;
      }
      const headers = headersOf(state);
      if (await recorder(asked, state)) return { status: 200, headers, body };
      const fault = unavailable('the audit log');
      return { ...fault, headers: { ...headers, ...fault.headers } };
    },
  };
}

/** What fails goes wrong once more on the other road, where it can be told. */
const unlessItFails = <T>(work: Promise<T>): Promise<T | undefined> => work.catch(() => undefined);

/** As the endpoints have them; answers of theirs differ by origin in nothing, and have said that they may. */
const headersOf = ({ limits = [] }: RequestState): Readonly<Record<string, string>> => ({
  Vary: 'Origin',
  ...limitFields(limits),
});

/** A client that has proved who it is, and what its request is decided by. */
interface Known {
  readonly client: Client;
  readonly state: RequestState;
}

async function authenticate(
  { clientId, clientSecret }: PlainRequest,
  request: RequestOrigin,
  { snapshots, clock, vault }: NarrowPathDependencies,
): Promise<Known | undefined> {
  const snapshot = await snapshots.current();
  const now = clock();
  const client = await snapshot.findClient(clientId);
  if (client?.auth !== 'secret' || !client.enabled) return undefined;
  const secret = matchSecret(client.secrets, clientSecret, vault, now);
  return secret && { client, state: { snapshot, request, now, secret, authenticated: true } };
}

function decide(
  asked: PlainRequest,
  { client, state }: Known,
  dependencies: NarrowPathDependencies,
): Promise<unknown> {
  const { limits } = dependencies;
  /** Counts the request as one of its client's; whether it may go on. */
  const pass = async (): Promise<boolean> => {
    const attempt = { address: state.request.address, client: client.clientId };
    const counted = await countRequest(limits, attempt);
    if (counted) Object.assign(state, { counted, limits: [counted] });
    return counted?.exceeded !== true;
  };
  return DECIDE[asked.kind](asked, client, state, pass, dependencies);
}

const DECIDE = {
  client_credentials: decideToken,
  token_exchange: decideTokenExchange,
  introspection: decideIntrospection,
} as const;
