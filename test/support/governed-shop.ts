import { requestToken, tokenOf } from './oauth.ts';
import type { Credential } from './oauth.ts';
import { adminCredentials, startServer } from './server.ts';
import type { TestServer } from './server.ts';

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** A server with a catalog, its admin `admin`, and people and services with every kind of power over it. */
export interface GovernedShop {
  readonly server: TestServer;
  /** Asks the admin API: `PUT /clients/eve/roles/clerk`. */
  ask(who: string, what: string, body?: unknown): Promise<Answer>;
  /** Asks the admin API, and throws where it refuses. */
  must(who: string, what: string, body?: unknown): Promise<Record<string, unknown>>;
  /** Asks the token endpoint, as `CLIENT`. */
  askForToken(who: string, parameters: Readonly<Record<string, string>>): Promise<Answer>;
  /** Gives somebody a token of any content to come with. */
  carry(who: string, token: string): void;
  tokenOf(who: string): string;
  /** Who may have what, who holds what, and which catalog is active. */
  holdings(): Promise<unknown>;
}

/** The catalog of the shop, with a role more where one is given. */
const catalog = (more: object = {}): object => ({
  catalog: 'shop',
  resourceServers: {
    shop: {
      audience: 'https://shop.example',
      description: 'The shop',
      owner: 'team-shop',
      resources: {
        orders: {
          description: 'Orders',
          actions: {
            read: { description: 'See orders' },
            write: { description: 'Change orders' },
          },
        },
      },
    },
  },
  roles: { clerk: { description: 'Clerks', scopes: ['orders:read'] }, ...more },
  federation: {
    ci: {
      issuer: 'https://ci.example',
      audience: 'https://id.example',
      rules: [{ match: { ref: 'main' }, client: 'runner', scopes: ['orders:read'] }],
    },
  },
});

const GHOST = { description: 'Went with version 2', scopes: ['orders:write'] };

/** The people: who holds which roles, and what else is particular about them. */
const PEOPLE: readonly (readonly [name: string, roles: readonly string[], more?: object])[] = [
  ['eve', ['ambit-editor', 'clerk', 'ghost']],
  ['leaver', ['ambit-editor']],
  ['vera', ['ambit-viewer']],
  ['plain', ['clerk']],
  ['keen', ['clerk'], { scope_policy: 'partial' }],
  ['runner', ['clerk'], { federated: 'ci' }],
];

/** Starts the server, publishes a first version with the role `ghost` and a second without, and signs everybody in. */
export async function openShop(): Promise<GovernedShop> {
  const server = await startServer();
  const credentials = new Map<string, Credential>([['admin', adminCredentials(server.home)]]);
  const tokens = new Map<string, string>();
  const credential = (who: string): Credential =>
    credentials.get(who) ?? { client_id: who, client_secret: 'none' };

  const ask: GovernedShop['ask'] = async (who, what, body) => {
    const [method = '', path = ''] = what.split(' ');
    const response = await fetch(`${server.url}/admin/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${tokens.get(who) ?? ''}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: text === '' ? {} : (JSON.parse(text) as object as Answer['body']),
    };
  };
  const must: GovernedShop['must'] = async (who, what, body) => {
    const answer = await ask(who, what, body);
    if (answer.status >= 300) throw new Error(`${who}: ${what}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const publish = (document: object) =>
    must('admin', 'POST /catalog/versions', { source: JSON.stringify(document), comment: 'next' });
  const scopesOf = async (client: string): Promise<string[]> => {
    const { items } = await must('admin', `GET /access/what-can?client=${client}`);
    return (items as { scope: string }[]).map(({ scope }) => scope);
  };

  tokens.set('admin', await tokenOf(server, credential('admin'), ''));
  await publish(catalog({ ghost: GHOST }));
  for (const [name, roles, more] of PEOPLE) {
    const made = await must('admin', 'POST /clients', { client_id: name, roles, ...more });
    credentials.set(name, made as object as Credential);
  }
  await publish(catalog());
  for (const [name] of PEOPLE) {
    const power = (await scopesOf(name)).filter((scope) => scope.startsWith('ambit.'));
    if (power.length > 0) {
      tokens.set(name, await tokenOf(server, credential(name), power.join(' ')));
    }
  }
  tokens.set('plain', await tokenOf(server, credential('plain'), 'orders:read'));

  return {
    server,
    ask,
    must,
    askForToken: (who, parameters) => requestToken(server, credential(who), parameters),
    carry: (who, token) => {
      tokens.set(who, token);
    },
    tokenOf: (who) => tokens.get(who) ?? '',
    async holdings() {
      const { items } = await must('admin', 'GET /clients');
      const { version } = await must('admin', 'GET /catalog/versions/active');
      const clients = items as { client_id: string }[];
      return {
        items,
        version,
        scopes: await Promise.all(clients.map(({ client_id: client }) => scopesOf(client))),
      };
    },
  };
}
