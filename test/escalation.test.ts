import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { catalog, CLERK, GHOST, openShop, orders } from './support/governed-shop.ts';
import type { Answer, GovernedShop } from './support/governed-shop.ts';

let shop: GovernedShop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.server.remove());

/** Ways to more power by how they are answered, each with its request to the admin API. */
type Ways = Readonly<
  Record<string, Readonly<Record<string, readonly [request: string, body?: object]>>>
>;
/** The same by publishing a catalog. */
type Publications = Readonly<Record<string, Readonly<Record<string, () => object>>>>;

const rows = <W>(
  ways: Readonly<Record<string, Readonly<Record<string, W>>>>,
): [string, string, W][] =>
  Object.entries(ways).flatMap(([answer, group]) =>
    Object.entries(group).map(([title, way]): [string, string, W] => [title, answer, way]),
  );

const EDITOR: Ways = {
  '403 governance.reserved_role': {
    'assigns itself ambit-admin': ['PUT /clients/eve/roles/ambit-admin', {}],
    'prolongs its own role over Ambit': ['PUT /clients/eve/roles/ambit-editor', {}],
    'assigns ambit-admin to a client whose secret it knows': [
      'PUT /clients/plain/roles/ambit-admin',
      {},
    ],
    'takes ambit-admin from the admin': ['DELETE /clients/admin/roles/ambit-admin'],
  },
  '403 governance.self_assignment': {
    'assigns itself a role of the catalog': ['PUT /clients/eve/roles/clerk', {}],
  },
  '403 governance.privileged_client': {
    'assigns a role to a fellow editor, who would return the favour': [
      'PUT /clients/mallory/roles/clerk',
      {},
    ],
  },
  '403 catalog.publisher_gains': {
    'rolls back to a version in which it had more': ['POST /catalog/versions/1/activate', {}],
  },
  '403 auth.insufficient_scope': {
    'registers a client of its own': ['POST /clients', { client_id: 'puppet' }],
    'gives the admin a secret that it knows': ['POST /clients/admin/secrets', {}],
    'gives the admin a key of its own': ['PATCH /clients/admin', { jwks: { keys: [] } }],
    'gives itself default scopes of Ambit': [
      'PATCH /clients/eve',
      { default_scopes: ['ambit.client:write'] },
    ],
    'deletes the admin, to register its name anew': ['DELETE /clients/admin'],
  },
};

const PUBLISHING_EDITOR: Publications = {
  '422 catalog.invalid': {
    'a role with scopes of Ambit': () =>
      catalog({ roles: { clerk: { scopes: ['ambit.client:write'] } } }),
    'a role with a wildcard over scopes of Ambit': () =>
      catalog({ roles: { clerk: { scopes: ['ambit.client:*'] } } }),
    'a role that inherits ambit-admin': () =>
      catalog({ roles: { clerk: { inherits: ['ambit-admin'] } } }),
    'a role called ambit-admin': () => catalog({ roles: { 'ambit-admin': CLERK } }),
    'a resource called ambit.client': () =>
      catalog({ resources: { 'ambit.client': { actions: { write: {} } } } }),
    'a resource server with the audience of the admin API': () =>
      withAudience(`${shop.server.url}/admin`),
    'that audience spelled another way': () =>
      withAudience(`${shop.server.url.replace('localhost', 'LOCALHOST')}/Admin/`),
    'a delegation rule that lends a scope of Ambit': () =>
      lending({ client: 'plain' }, 'ambit.client:write'),
  },
  '403 governance.acts_for_others': {
    'itself as delegation actor': () => lending({ client: 'eve' }, 'orders:write'),
    'a role it holds as delegation actor': () => lending({ role: 'clerk' }, 'orders:write'),
    'a federation rule that makes a workload elsewhere the admin': () =>
      catalog({ federated: 'admin' }),
  },
  '403 catalog.publisher_gains': {
    'a role it holds with one scope more': () =>
      catalog({ roles: { clerk: { ...CLERK, scopes: ['orders:read', 'orders:write'] } } }),
    'a role it holds with a wildcard': () =>
      catalog({ roles: { clerk: { ...CLERK, scopes: ['orders:*'] } } }),
    'a role it holds that inherits another': () =>
      catalog({ roles: { clerk: { ...CLERK, inherits: ['lead'] }, lead: GHOST } }),
    'a scope renamed into one of a role it holds': () =>
      catalog({
        roles: { clerk: { ...CLERK, scopes: ['orders:read', 'orders:peek'] } },
        resources: orders({ peek: { description: 'Change orders' } }),
      }),
    'a scope it holds moved to the audience of another server': () =>
      catalog({ servers: { shop: { audience: 'https://bank.example', resources: orders({}) } } }),
    'a role that had gone, to which its assignment lies dormant': () =>
      catalog({ roles: { ghost: { ...GHOST, description: 'Back again' } } }),
  },
};

const withAudience = (audience: string): object =>
  catalog({ servers: { mine: { audience, resources: {} } } });
const lending = (actor: object, scope: string): object =>
  catalog({ delegation: [{ actor, holding: ['orders:read'], may: [scope] }] });

const RESPONDER: Ways = {
  '403 governance.privileged_client': {
    'disables the admin, so that nobody undoes what it does': ['POST /clients/admin/disable'],
  },
  '403 auth.insufficient_scope': {
    'enables a client': ['POST /clients/plain/enable'],
    'assigns a role': ['PUT /clients/plain/roles/clerk', {}],
    'rolls the catalog back': ['POST /catalog/versions/1/activate', {}],
    'lets a new key sign': ['POST /keys/rotate', {}],
  },
};

const DECEIVED_ADMIN: Ways = {
  '403 governance.acts_for_others': {
    'gives a federated client power over Ambit': ['PUT /clients/runner/roles/ambit-viewer', {}],
    'lets a client with power over Ambit be federated': [
      'PATCH /clients/mallory',
      { auth: 'none', federated: 'ci' },
    ],
  },
  '422 client.default_scope_not_entitled': {
    'gives a client default scopes that it is not entitled to': [
      'PATCH /clients/plain',
      { default_scopes: ['orders:write'] },
    ],
  },
  '422 client.resource_server_reserved': {
    'makes a client the credential of the admin API': [
      'PATCH /clients/plain',
      { resource_servers: ['ambit'] },
    ],
  },
  '403 governance.last_admin': {
    'leaves nobody to govern, by deleting itself': ['DELETE /clients/admin'],
    'leaves nobody to govern, by an end to its role': [
      'PUT /clients/admin/roles/ambit-admin',
      { until: '2100-01-01T00:00:00Z' },
    ],
  },
};

const CLIENT: Readonly<
  Record<string, Readonly<Record<string, readonly [who: string, scope: string]>>>
> = {
  '400 invalid_scope': {
    'asks for a scope of Ambit': ['plain', 'ambit.client:write'],
    'hides a scope of Ambit among its own, its policy being partial': [
      'keen',
      'orders:read ambit.role:assign',
    ],
    'asks for a wildcard': ['plain', 'orders:*'],
    'asks for a scope of a role that has gone': ['eve', 'orders:write'],
  },
  '401 invalid_client': {
    'is federated and comes without the workload': ['runner', 'orders:read'],
  },
};

/** Sees an attempt refused as told, and nothing changed by it. */
async function refuses(expected: string, attempt: () => Promise<Answer>): Promise<void> {
  const before = await shop.holdings();
  const { status, body } = await attempt();
  expect(`${String(status)} ${String(body['code'] ?? body['error'])}`).toBe(expected);
  expect(await shop.holdings()).toEqual(before);
}

describe('nobody lifts themselves', () => {
  describe('an editor', () => {
    test.each(rows(EDITOR))('%s: %s', (_title, answer, [request, body]) =>
      refuses(answer, () => shop.ask('eve', request, body)),
    );
    test.each(rows(PUBLISHING_EDITOR))('publishes %s: %s', (_title, answer, document) =>
      refuses(answer, () =>
        shop.ask('eve', 'POST /catalog/versions', {
          source: JSON.stringify(document()),
          comment: 'mine',
        }),
      ),
    );
  });

  test.each(rows(RESPONDER))('a responder %s: %s', (_title, answer, [request, body]) =>
    refuses(answer, () => shop.ask('rita', request, body)),
  );

  test.each(rows(DECEIVED_ADMIN))(
    'an admin who is deceived %s: %s',
    (_title, answer, [request, body]) => refuses(answer, () => shop.ask('admin', request, body)),
  );

  describe('a client', () => {
    test.each(rows(CLIENT))('%s: %s', (_title, answer, [who, scope]) =>
      refuses(answer, () => shop.askForToken(who, { scope })),
    );

    test('asks for whatever there is at the admin API', () =>
      refuses('400 invalid_scope', () =>
        shop.askForToken('plain', { resource: `${shop.server.url}/admin` }),
      ));

    test('comes to the admin API with a token of another audience', () =>
      refuses('401 auth.invalid', () => shop.ask('plain', 'GET /whoami')));

    test('changes the claims of a token', async () => {
      const [header, payload = '', signature] = shop.tokenOf('vera').split('.');
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
      const forged = { ...claims, scope: 'ambit.client:write', client_id: 'admin', sub: 'admin' };
      const body = Buffer.from(JSON.stringify(forged)).toString('base64url');
      shop.carry('forger', [header, body, signature].join('.'));
      await refuses('401 auth.invalid', () =>
        shop.ask('forger', 'POST /clients', { client_id: 'x' }),
      );
    });

    test('keeps a token from before its role was taken away', async () => {
      await shop.must('admin', 'DELETE /clients/leaver/roles/ambit-editor');
      await refuses('401 auth.invalid', () =>
        shop.ask('leaver', 'PUT /clients/plain/roles/clerk', {}),
      );
    });
  });

  test('a name that was given out is never given to somebody else', async () => {
    await shop.must('admin', 'POST /clients', { client_id: 'gone', roles: ['clerk'] });
    await shop.must('admin', 'DELETE /clients/gone');
    await refuses('409 client.name_taken', () =>
      shop.ask('admin', 'POST /clients', { client_id: 'gone' }),
    );
  });

  test('whoever tries what only others may is in the audit log, with why', async () => {
    const { items } = await shop.must('admin', 'GET /audit?decision=refused&limit=500');
    const reasons = (items as { actor: string; reason: string }[])
      .filter(({ actor }) => actor === 'eve')
      .map(({ reason }) => `403 ${reason}`);
    for (const answer of Object.keys({ ...EDITOR, ...PUBLISHING_EDITOR })) {
      if (answer.startsWith('403')) expect(reasons).toContain(answer);
    }
  });
});
