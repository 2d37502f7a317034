import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Actor } from '../../src/actor.ts';
import type { Client } from '../../src/clients/client.ts';
import { createHouse, DAY, must, START } from '../support/house.ts';
import type { House } from '../support/house.ts';
import { shopWith } from '../support/shop-catalog.ts';

let house: House;
let root: Actor;

beforeEach(async () => {
  house = await createHouse();
  root = await house.actor('root');
});
afterEach(() => house.close());

async function find(clientId: string): Promise<Client> {
  const client = await house.clients.find(clientId);
  if (client === undefined) throw new Error(clientId);
  return client;
}
const refused = (code: string, facts: object = {}) => ({
  ok: false,
  error: expect.objectContaining({ code, ...facts }),
});
const create = (clientId: string, settings: object = {}, roles: readonly string[] = []) =>
  house.clients.create({ clientId, roles, settings }, root);

const publicJwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
  format: 'jwk',
});

describe('registering', () => {
  test('gives the secret once and keeps its keyed hash alone', async () => {
    const { client, secret } = must(await create('shop-web', {}, ['viewer']));
    expect(secret).toMatch(/^ambit_/);
    expect(await find('shop-web')).toEqual(client);
    expect(client).toMatchObject({ auth: 'secret', enabled: true, scopePolicy: 'strict' });
    expect(client.assignments).toEqual([{ role: 'viewer' }]);
    const [record] = await house.newestAudit();
    expect(record).toMatchObject({ event: 'client.created', actor: 'root', client: 'shop-web' });
    expect(record?.revision).toBe(client.revision);
    expect(JSON.stringify(record)).not.toContain(secret);
    expect(JSON.stringify(record)).not.toContain('hash');
  });

  test.each(['ambit', 'Ambit-Admin', 'AMBITIOUS', 'system', 'System'])(
    'keeps the name %s from clients',
    async (name) => {
      expect(await create(name)).toEqual(refused('client.name_reserved'));
    },
  );

  test.each(['', '.', '..', '-x', 'a b', 'a/b', 'é', 'x'.repeat(65), 'a\n'])(
    'refuses the name %j',
    async (name) => {
      expect(await create(name)).toEqual(refused('client.name_malformed'));
    },
  );

  test('never gives a name out again', async () => {
    must(await create('gone'));
    must(await house.clients.remove('gone', root));
    expect(await create('gone')).toEqual(refused('client.name_taken'));
    expect(await create('root')).toEqual(refused('client.name_taken'));
  });

  test('takes the scope to assign roles where roles are given', async () => {
    const actor = { ...root, scopes: new Set(['ambit.client:write']) };
    const client = { clientId: 'x', roles: ['viewer'], settings: {} };
    expect(await house.clients.create(client, actor)).toEqual(
      refused('actor.scope_missing', { scope: 'ambit.role:assign' }),
    );
    must(await house.clients.create({ ...client, roles: [] }, actor));
  });
});

describe('settings', () => {
  test('default scopes exist, are live, of one audience, and the client is entitled to them', async () => {
    const roles = ['editor', 'accountant'];
    const attempt = (...defaultScopes: string[]) => create('d', { defaultScopes }, roles);
    expect(await attempt('orders:red')).toEqual(
      refused('client.default_scope_unknown', { near: ['orders:read'] }),
    );
    expect(await attempt('orders:refund')).toEqual(refused('client.default_scope_not_entitled'));
    expect(await attempt('orders:read', 'invoices:read')).toEqual(
      refused('client.default_scopes_of_two_audiences'),
    );
    must(await attempt('orders:read', 'orders:write'));
    await house.publish(
      shopWith([
        'read: { description: See orders }',
        'read: { description: See orders, deprecated: { since: 2026-01-01, sunset: 2026-06-01 } }',
      ]),
    );
    expect(await house.clients.update('d', { defaultScopes: ['orders:read'] }, root)).toEqual(
      refused('client.default_scope_retired'),
    );
  });

  test('a client whose default scopes a catalog has broken can still be changed otherwise', async () => {
    must(await create('d', { defaultScopes: ['orders:read'] }, ['viewer']));
    must(await house.clients.unassignRole('d', 'viewer', root));
    must(await house.clients.update('d', { scopePolicy: 'partial' }, root));
  });

  test('a resource server exists, and binds by name and audience', async () => {
    expect(await create('rs', { resourceServers: ['shop-ap'] })).toEqual(
      refused('client.resource_server_unknown', { near: ['shop-api'] }),
    );
    expect(await create('rs', { resourceServers: ['ambit'] })).toEqual(
      refused('client.resource_server_reserved'),
    );
    const { client } = must(await create('rs', { resourceServers: ['shop-api', 'shop-api'] }));
    expect(client.resourceServers).toEqual([
      { name: 'shop-api', audience: 'https://api.shop.example' },
    ]);
  });

  test('introspection_alg is for clients of a resource server', async () => {
    const alone = { introspectionAlg: 'ES256' as const };
    expect(await create('i', alone)).toEqual(refused('client.introspection_alg_alone'));
    must(await create('i', { ...alone, resourceServers: ['shop-api'] }));
    expect(await house.clients.update('i', { resourceServers: [] }, root)).toEqual(
      refused('client.introspection_alg_alone'),
    );
  });

  test.each([
    [{ auth: 'private_key_jwt' }, 'client.setting_missing'],
    [{ auth: 'tls_client_auth' }, 'client.setting_missing'],
    [{ auth: 'none' }, 'client.setting_missing'],
    [{ auth: 'secret', jwks: { keys: [] } }, 'client.setting_foreign'],
    [{ auth: 'tls_client_auth', tlsSanDns: 'a', tlsSanUri: 'b' }, 'client.tls_subject_ambiguous'],
    [{ auth: 'secret', federatedIssuer: 'github' }, 'client.setting_foreign'],
    [{ federatedIssuer: 'gitlab' }, 'client.federation_unknown'],
    [{ auth: 'private_key_jwt', jwks: { keys: [] } }, 'client.jwks_invalid'],
  ])('%j is refused as %s', async (settings, code) => {
    expect(await create('s', settings)).toEqual(refused(code));
  });

  test.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'])(
    'a key set with the private member `%s` is refused',
    async (member) => {
      const jwks = { keys: [publicJwk, { ...publicJwk, [member]: 'AQAB' }] };
      expect(await create('k', { auth: 'private_key_jwt', jwks })).toEqual(
        refused('client.jwks_invalid', { fault: 'private', index: 1 }),
      );
    },
  );

  test('a key set is readable, strong, asymmetric and small', async () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({
      format: 'jwk',
    });
    const attempt = (...keys: object[]) => create('k', { auth: 'private_key_jwt', jwks: { keys } });
    expect(await attempt(weak)).toEqual(refused('client.jwks_invalid', { fault: 'too_weak' }));
    expect(await attempt({ kty: 'oct' })).toEqual(
      refused('client.jwks_invalid', { fault: 'unsupported' }),
    );
    expect(await attempt({ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' })).toEqual(
      refused('client.jwks_invalid', { fault: 'unreadable' }),
    );
    expect(await attempt({ ...publicJwk, extra: 'x'.repeat(40_000) })).toEqual(
      refused('client.jwks_invalid', { fault: 'too_large' }),
    );
    const { client, secret } = must(await attempt(publicJwk));
    expect(secret).toBeUndefined();
    expect(client.secrets).toEqual([]);
    expect(await house.clients.addSecret('k', {}, root)).toEqual(refused('secret.not_used'));
  });

  test('[RFC 8705 §2.2.2] a self-signed client registers its certificate', async () => {
    const jwks = { keys: [publicJwk] };
    expect(await create('t', { auth: 'self_signed_tls_client_auth', jwks })).toEqual(
      refused('client.jwks_invalid', { fault: 'no_certificate', index: 0 }),
    );
  });

  test('leaving secrets for a key drops them, and null takes a setting away', async () => {
    must(await create('c', { resourceServers: ['shop-api'], introspectionAlg: 'ES256' }));
    const jwks = { keys: [publicJwk] };
    const patch = { auth: 'private_key_jwt' as const, jwks, introspectionAlg: null };
    const changed = must(await house.clients.update('c', patch, root));
    expect(changed).toMatchObject({ auth: 'private_key_jwt', jwks, secrets: [] });
    expect(changed).not.toHaveProperty('introspectionAlg');
    expect(await find('c')).toEqual(changed);
    expect(await house.clients.update('c', { auth: 'secret' }, root)).toEqual(
      refused('client.setting_foreign', { field: 'jwks' }),
    );
    must(await house.clients.update('c', { auth: 'secret', jwks: null }, root));
  });
});

describe('a revision that has passed', () => {
  test('refuses every change and changes nothing', async () => {
    const { revision } = await find('plain');
    const stale = revision - 1;
    const { clients } = house;
    const attempts = [
      clients.update('plain', { scopePolicy: 'partial' }, root, stale),
      clients.disable('plain', root, stale),
      clients.enable('plain', root, stale),
      clients.remove('plain', root, stale),
      clients.addSecret('plain', {}, root, stale),
      clients.revokeSecret('plain', 'x', root, stale),
      clients.assignRole('plain', 'editor', undefined, root, stale),
      clients.unassignRole('plain', 'viewer', root, stale),
    ];
    for (const attempt of attempts) {
      expect(await attempt).toEqual(refused('client.changed', { revision }));
    }
    expect((await find('plain')).revision).toBe(revision);
    must(await clients.update('plain', { scopePolicy: 'partial' }, root, revision));
    expect(await clients.disable('plain', root, revision)).toEqual(refused('client.changed'));
  });

  test('every change moves it, secrets and roles included', async () => {
    const seen = new Set([(await find('plain')).revision]);
    const added = must(await house.clients.addSecret('plain', { label: 'b' }, root));
    seen.add((await find('plain')).revision);
    must(await house.clients.revokeSecret('plain', added.id, root));
    seen.add((await find('plain')).revision);
    must(await house.clients.assignRole('plain', 'editor', undefined, root));
    seen.add((await find('plain')).revision);
    must(await house.clients.unassignRole('plain', 'editor', root));
    seen.add((await find('plain')).revision);
    must(await house.clients.disable('plain', root));
    seen.add((await find('plain')).revision);
    expect(seen.size).toBe(6);
  });
});

describe('the records of a client', () => {
  type Facts = Readonly<Record<string, unknown>>;

  /** The records since one, oldest first, with what they say the client was and is. */
  async function records(count: number) {
    const newest = await house.newestAudit(count);
    return newest.toReversed().map(({ event, time, revision, before, after }) => ({
      ...{ event, time, revision, before: before as Facts, after: after as Facts },
    }));
  }

  test('say what it was and what it is, and themselves when and by which revision', async () => {
    const { secrets: _, updatedAt: __, revision: ___, ...born } = await find('plain');
    house.pass(DAY);
    must(await house.clients.update('plain', { scopePolicy: 'partial' }, root));
    const updated = await find('plain');
    house.pass(DAY);
    must(await house.clients.disable('plain', root));
    must(await house.clients.enable('plain', root));
    must(await house.clients.remove('plain', root));
    const [update, disabling, enabling, removal] = await records(4);

    expect(update).toEqual({
      event: 'client.updated',
      time: updated.updatedAt,
      revision: updated.revision,
      before: { ...born, secrets: [{ id: updated.secrets[0]?.id }] },
      after: { ...update?.before, scopePolicy: 'partial' },
    });
    expect(disabling?.before).toEqual(update?.after);
    expect(disabling?.after).toEqual({ ...update?.after, enabled: false });
    expect(enabling?.before).toEqual(disabling?.after);
    expect(enabling?.after).toEqual(update?.after);
    expect(removal).toMatchObject({ event: 'client.deleted', before: update?.after });
  });

  test('say which roles it had and has, and which it was given or lost', async () => {
    const until = START + DAY;
    must(await house.clients.assignRole('plain', 'editor', until, root));
    must(await house.clients.unassignRole('plain', 'viewer', root));
    const { assignments, revision } = await find('plain');
    const [assigning, unassigning] = await records(2);
    const editor = { role: 'editor', until };
    expect(assigning).toMatchObject({
      before: { roles: [{ role: 'viewer' }] },
      after: { roles: [editor, { role: 'viewer' }], assigned: editor },
    });
    expect(unassigning).toMatchObject({
      ...{ revision, before: { roles: assigning?.after['roles'] } },
      after: { roles: assignments, unassigned: 'viewer' },
    });
  });

  test('say which secrets it had and has, those included that had expired and went', async () => {
    const expiresAt = START + 2;
    house.pass(1);
    const brief = must(await house.clients.addSecret('plain', { expiresAt }, root));
    house.pass(1);
    const lasting = must(await house.clients.addSecret('plain', { label: 'b' }, root));
    must(await house.clients.revokeSecret('plain', lasting.id, root));
    const { secrets, revision } = await find('plain');
    const ids = secrets.map(({ id }) => id);
    const [first, second, revoking] = await records(3);
    expect(first).toMatchObject({
      before: { secrets: ids },
      after: { secrets: [...ids, brief.id], added: { id: brief.id, expiresAt } },
    });
    expect(second).toMatchObject({
      before: { secrets: [...ids, brief.id] },
      after: { secrets: [...ids, lasting.id], added: { id: lasting.id, label: 'b' } },
    });
    expect(revoking).toMatchObject({
      ...{ revision, before: { secrets: [...ids, lasting.id] } },
      after: { secrets: ids, revoked: { id: lasting.id, label: 'b' } },
    });
  });
});

describe('secrets', () => {
  test('are at most five at once, expired ones not counted', async () => {
    must(await house.clients.addSecret('plain', { expiresAt: START + DAY }, root));
    for (const label of ['a', 'b', 'c']) {
      must(await house.clients.addSecret('plain', { label }, root));
    }
    expect(await house.clients.addSecret('plain', {}, root)).toEqual(
      refused('secret.too_many', { most: 5 }),
    );
    house.pass(DAY);
    must(await house.clients.addSecret('plain', { label: 'd' }, root));
    expect((await find('plain')).secrets).toHaveLength(5);
  });

  test('expire in the future alone', async () => {
    expect(await house.clients.addSecret('plain', { expiresAt: START }, root)).toEqual(
      refused('secret.expiry_past'),
    );
  });

  test('are revoked by id', async () => {
    expect(await house.clients.revokeSecret('plain', 'none', root)).toEqual(
      refused('secret.not_found'),
    );
    const [secret] = (await find('plain')).secrets;
    must(await house.clients.revokeSecret('plain', secret?.id ?? '', root));
    expect((await find('plain')).secrets).toEqual([]);
  });
});

describe('roles', () => {
  test('are those of the active version, until a time to come', async () => {
    const { clients } = house;
    expect(await clients.assignRole('plain', 'edtor', undefined, root)).toEqual(
      refused('role.unknown', { near: ['editor'] }),
    );
    expect(await clients.assignRole('plain', 'editor', START, root)).toEqual(
      refused('role.until_past'),
    );
    expect(await clients.assignRole('nobody', 'editor', undefined, root)).toEqual(
      refused('client.not_found'),
    );
    must(await clients.assignRole('plain', 'editor', START + DAY, root));
    must(await clients.assignRole('plain', 'editor', START + 2 * DAY, root));
    expect((await find('plain')).assignments).toEqual([
      { role: 'editor', until: START + 2 * DAY },
      { role: 'viewer' },
    ]);
    expect(await clients.unassignRole('plain', 'clerk', root)).toEqual(
      refused('role.not_assigned'),
    );
  });

  test('an assignment to a role that has gone can be taken away', async () => {
    await house.register('c', ['clerk']);
    await house.publish(
      shopWith([`  clerk: { description: Takes orders, scopes: ['orders:*'] }\n`, '']),
    );
    must(await house.clients.unassignRole('c', 'clerk', root));
  });
});

describe('an actor', () => {
  test('that was disabled a moment ago changes nothing', async () => {
    await house.register('root2', ['ambit-admin']);
    must(await house.clients.disable('root', await house.actor('root2')));
    expect(await house.clients.disable('plain', root)).toEqual(refused('actor.not_live'));
    const [record] = await house.newestAudit();
    expect(record).toMatchObject({ decision: 'refused', reason: 'actor.not_live', actor: 'root' });
  });

  test('that lost its role a moment ago changes nothing, whatever its token says', async () => {
    await house.register('root2', ['ambit-admin']);
    must(await house.clients.unassignRole('root', 'ambit-admin', await house.actor('root2')));
    expect(await house.clients.disable('plain', root)).toEqual(refused('actor.scope_missing'));
  });
});
