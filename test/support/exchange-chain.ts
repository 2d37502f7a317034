import { decodeJwt } from 'jose';
import { introspect, post, tokenOf } from './oauth.ts';
import type { Credential } from './oauth.ts';
import type { TestServer } from './server.ts';

/** One link of the chain: who asks, for what, and as a credential of which resource server. */
interface Link {
  readonly client: string;
  readonly role: string;
  readonly asksFor: string;
  readonly server?: string;
}

/** A customer's checkout through the services of the example catalog: the first asks for itself, each other on its behalf. */
export const LINKS: readonly Link[] = [
  { client: 'app', role: 'shopper', asksFor: 'checkouts:start' },
  { client: 'front', role: 'storefront', asksFor: 'orders:create', server: 'web-api' },
  { client: 'orders', role: 'checkout', asksFor: 'payments:charge', server: 'shop-api' },
  {
    client: 'payments',
    role: 'bookkeeping',
    asksFor: 'ledger:entries:post',
    server: 'payments-api',
  },
  { client: 'ledger', role: 'archiving', asksFor: 'documents:file', server: 'ledger-api' },
];
/** Whom the last token is for. */
const ARCHIVE = { client: 'archive', server: 'archive-api' };

const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange';
const TYPE = 'urn:ietf:params:oauth:token-type:access_token';

/** The clients of the chain on a server that runs the example catalog. */
export interface ExchangeChain {
  /** What each client is registered with. */
  credentialOf(client: string): Credential;
  /** The five tokens of one checkout, the root first. */
  run(): Promise<readonly string[]>;
  /** What the resource server that each token is for is told of it. */
  introspect(tokens: readonly string[]): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

/** Registers the clients of the chain. */
export async function layOutChain(server: TestServer): Promise<ExchangeChain> {
  const credentials = new Map<string, Credential>();
  for (const { client, server: own, ...link } of [...LINKS, { ...ARCHIVE, role: undefined }]) {
    const role = link.role === undefined ? [] : ['--role', link.role];
    const credential = own === undefined ? [] : ['--resource-server', own];
    const words = ['client', 'create', client, ...role, ...credential, '--yes'];
    credentials.set(client, await server.json<Credential & Record<string, unknown>>(words));
  }
  const credentialOf = (client: string): Credential => {
    const credential = credentials.get(client);
    if (!credential) {
      throw new Error(`there is no client \`${client}\``);
    }
    return credential;
  };

  return {
    credentialOf,
    async run() {
      const [first, ...others] = LINKS;
      let token = await tokenOf(server, credentialOf(first?.client ?? ''), first?.asksFor ?? '');
      const tokens = [token];
      for (const { client, asksFor } of others) {
        const { status, body } = await post(`${server.url}/oauth2/token`, credentialOf(client), {
          ...{ grant_type: GRANT, subject_token: token, subject_token_type: TYPE },
          scope: asksFor,
        });
        if (status !== 200) {
          throw new Error(`${client} was refused \`${asksFor}\`: ${JSON.stringify(body)}`);
        }
        token = String(body['access_token']);
        tokens.push(token);
      }
      return tokens;
    },
    introspect: (tokens) =>
      Promise.all(
        tokens.map(async (token, index) => {
          const { client } = LINKS[index + 1] ?? ARCHIVE;
          return (await introspect(server, credentialOf(client), token)).body;
        }),
      ),
  };
}

/** The `jti` of a token. */
export const jtiOf = (token: string): string => String(decodeJwt(token).jti);
