import { formPost } from '../load/requests.ts';
import type { Credentials } from '../load/requests.ts';
import { actorAt, audienceAt, CALLER, scopesAt } from '../seed/exchange-plan.ts';
import type { SeededHome } from '../seed/seed-home.ts';
import type { ServerProcess } from '../servers/server-process.ts';
import { collectTokens } from './collect-tokens.ts';
import { accessTokenIn, discover, fetchAnswer } from './token-requests.ts';

/** The requests for tokens of a server that has a home of an exchange plan. */
export interface ExchangeRequests {
  /** What the caller asks for itself. */
  readonly clientCredentials: Buffer;
  /** Exchanges that make tokens of a certain depth, each of another subject token; what is above those they share. */
  exchanges(depth: number, count: number): Promise<readonly Buffer[]>;
  /** The exchange of a workload's own token, which says all there is to say of who asks. */
  ofWorkload(token: string): Buffer;
}

/** Makes requests for a server; subject tokens are had from it beforehand. */
export async function exchangeRequests(
  home: SeededHome,
  server: ServerProcess,
): Promise<ExchangeRequests> {
  const { token: url } = await discover(server);
  const request = (depth: number, subject?: string): Buffer =>
    formPost(url, clientAt(home, depth), formAt(depth, subject));

  return {
    clientCredentials: request(0),
    async exchanges(depth, count) {
      let above: string | undefined;
      for (let at = 0; at < depth - 1; at += 1) {
        const { body } = await fetchAnswer(url, clientAt(home, at), formAt(at, above));
        above = accessTokenIn(body);
      }
      const subjects = await collectTokens(server.port, request(depth - 1, above), count);
      return subjects.map((subject) => request(depth, subject));
    },
    ofWorkload: (token) => formPost(url, undefined, { ...exchangeOf('jwt', token), ...target(0) }),
  };
}

function clientAt({ clients }: SeededHome, depth: number): Credentials {
  const name = depth === 0 ? CALLER : actorAt(depth);
  const client = clients.find(({ clientId }) => clientId === name);
  if (client === undefined) throw new Error(`the home has no client ${name}`);
  return client;
}

/** The request for a token of a certain depth: client credentials at the root, else an exchange (RFC 8693 §2.1). */
const formAt = (depth: number, subject?: string): Record<string, string> => ({
  ...(subject === undefined
    ? { grant_type: 'client_credentials' }
    : exchangeOf('access_token', subject)),
  ...target(depth),
});

const exchangeOf = (type: 'access_token' | 'jwt', subject: string): Record<string, string> => ({
  grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  subject_token: subject,
  subject_token_type: `urn:ietf:params:oauth:token-type:${type}`,
});

const target = (depth: number): Record<string, string> => ({
  resource: audienceAt(depth),
  scope: scopesAt(depth).join(' '),
});
