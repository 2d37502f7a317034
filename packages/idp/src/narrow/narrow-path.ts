import type { IncomingMessage } from 'node:http';
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
 * Makes the narrow path: what most requests are, client_credentials and introspection by a client with a secret, is decided
 * here without the library (ADR-0018).
 *
 * INVARIANT: it says nothing but yes. Whatever is not plain, and whatever is refused or fails before its record, it leaves to
 * the endpoints as if nobody had looked at it, but that a client is counted once; so every refusal has one author. An
 * introspection that finds a token inactive is an answer.
 */
export function createNarrowPath(dependencies: NarrowPathDependencies): NarrowPath {
  const { recorder } = dependencies;
  return {
    mayTake: isPlainHead,
    async take(request, body, origin) {
      const asked = readPlainRequest(request, body);
      const decided = asked && (await decide(request, asked, origin, dependencies));
      if (asked === undefined || decided === undefined) return undefined;
      const { state } = decided;
      const mayGo = await recorder(asked, state);
      const answer = mayGo ? { status: 200, body: decided.body } : unavailable('the audit log');
      return {
        ...answer,
        headers: { ...headersOf(state), ...('headers' in answer ? answer.headers : {}) },
      };
    },
  };
}

/** As the endpoints have them; answers of theirs differ by origin in nothing, and have said that they may. */
const headersOf = ({ limits = [] }: RequestState): Readonly<Record<string, string>> => ({
  Vary: 'Origin',
  ...limitFields(limits),
});

interface Decided {
  readonly state: RequestState;
  readonly body: unknown;
}

async function decide(
  request: IncomingMessage,
  asked: PlainRequest,
  origin: RequestOrigin,
  dependencies: NarrowPathDependencies,
): Promise<Decided | undefined> {
  try {
    const { snapshots, clock, vault } = dependencies;
    const snapshot = await snapshots.current();
    const state: RequestState = { snapshot, request: origin, now: clock() };
    const client = await snapshot.findClient(asked.clientId);
    if (client?.auth !== 'secret' || !client.enabled) return undefined;
    const secret = matchSecret(client.secrets, asked.clientSecret, vault, state.now);
    if (secret === undefined) return undefined;
    Object.assign(state, { secret, authenticated: true });
    const pass = (): Promise<boolean> => count(request, asked, state, dependencies);
    const body =
      asked.endpoint === 'token'
        ? await decideToken(asked, client, state, pass, dependencies)
        : await decideIntrospection(asked, client, state, pass, dependencies);
    return body === undefined ? undefined : { state, body };
  } catch {
    return undefined; // it will go wrong once more where it can be told
  }
}

/** Counts a request as that of its client, once; whether it may go on. */
async function count(
  request: IncomingMessage,
  { clientId: client }: PlainRequest,
  state: RequestState,
  { limits }: NarrowPathDependencies,
): Promise<boolean> {
  const counted = await countRequest(limits, { address: state.request.address, client });
  if (counted === undefined) return true;
  noteCounted(request, counted);
  state.limits = [counted];
  return !counted.exceeded;
}
