import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Actor } from '../../src/actor.ts';
import { createHouse, DAY, must, START } from '../support/house.ts';
import type { House } from '../support/house.ts';

let house: House;
let root: Actor;

beforeEach(async () => {
  house = await createHouse();
  root = await house.actor('root');
});
afterEach(() => house.close());

const lastAdmin = { ok: false, error: { code: 'governance.last_admin', clientId: 'root' } };
const jwks = {
  keys: [
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
  ] as Record<string, unknown>[],
};

/** Every way to take the admin from `root`. */
const REMOVALS: Readonly<Record<string, () => Promise<unknown>>> = {
  unassign: () => house.clients.unassignRole('root', 'ambit-admin', root),
  until: () => house.clients.assignRole('root', 'ambit-admin', START + DAY, root),
  disable: () => house.clients.disable('root', root),
  delete: () => house.clients.remove('root', root),
  'change auth': () => house.clients.update('root', { auth: 'private_key_jwt', jwks }, root),
  'revoke the last secret': async () => {
    const [secret] = (await house.clients.find('root'))?.secrets ?? [];
    return house.clients.revokeSecret('root', secret?.id ?? '', root);
  },
};

/** Admins who are no help when the last one goes. */
const STAND_INS: Readonly<Record<string, () => Promise<void>>> = {
  'there is no other': async () => undefined,
  'the other is disabled': async () => {
    await house.register('other', ['ambit-admin']);
    must(await house.clients.disable('other', root));
  },
  'the other is so until tomorrow': async () => {
    await house.register('other');
    must(await house.clients.assignRole('other', 'ambit-admin', START + DAY, root));
  },
  'the other has no secret': async () => {
    const { client } = await house.register('other', ['ambit-admin']);
    must(await house.clients.revokeSecret('other', client.secrets[0]?.id ?? '', root));
  },
  'the secret of the other has expired': async () => {
    const { client } = await house.register('other', ['ambit-admin']);
    must(await house.clients.addSecret('other', { expiresAt: START + 1 }, root));
    must(await house.clients.revokeSecret('other', client.secrets[0]?.id ?? '', root));
    house.pass(1);
  },
};

describe.each(Object.keys(STAND_INS))('the last live admin stays when %s', (standIn) => {
  test.each(Object.keys(REMOVALS))('%s', async (removal) => {
    await STAND_INS[standIn]?.();
    const before = await house.state();
    expect(await REMOVALS[removal]?.()).toEqual(lastAdmin);
    expect(await house.state()).toEqual(before);
    expect((await house.newestAudit())[0]).toMatchObject({
      decision: 'refused',
      reason: 'governance.last_admin',
    });
  });
});

test.each(Object.keys(REMOVALS))('with another live admin, %s goes through', async (removal) => {
  await house.register('other', ['ambit-admin']);
  expect(await REMOVALS[removal]?.()).toMatchObject({ ok: true });
});

test('the last admin may rotate its secret, and change what is no credential', async () => {
  const [old] = (await house.clients.find('root'))?.secrets ?? [];
  must(await house.clients.addSecret('root', {}, root));
  must(await house.clients.revokeSecret('root', old?.id ?? '', root));
  must(await house.clients.update('root', { scopePolicy: 'partial' }, root));
});

describe('a responder', () => {
  test('disables plain clients and editors, not admins', async () => {
    await house.register('other', ['ambit-admin']);
    const rita = await house.actor('rita');
    must(await house.clients.disable('plain', rita));
    must(await house.clients.disable('eve', rita));
    expect(await house.clients.disable('other', rita)).toMatchObject({
      error: { code: 'governance.privileged_client' },
    });
  });
});

describe('power over Ambit and power lent by others never meet', () => {
  const apart = {
    ok: false,
    error: expect.objectContaining({ code: 'governance.acts_for_others' }),
  };

  test('at registration', async () => {
    const federated = {
      clientId: 'f',
      roles: ['ambit-viewer'],
      settings: { federatedIssuer: 'github' },
    };
    expect(await house.clients.create(federated, root)).toEqual(apart);
    const named = { clientId: 'deploy-bot', roles: ['ambit-viewer'], settings: {} };
    expect(await house.clients.create(named, root)).toEqual(apart);
    const actor = { clientId: 'a', roles: ['ambit-viewer', 'caller'], settings: {} };
    expect(await house.clients.create(actor, root)).toEqual(apart);
  });

  test('at assignment, whichever comes first', async () => {
    await house.register('f', [], { federatedIssuer: 'github' });
    await house.register('a', ['caller']);
    await house.register('b', ['ambit-viewer']);
    const { assignRole } = house.clients;
    expect(await assignRole('f', 'ambit-metrics', undefined, root)).toEqual(apart);
    expect(await assignRole('a', 'ambit-metrics', undefined, root)).toEqual(apart);
    expect(await assignRole('b', 'caller', undefined, root)).toEqual(apart);
  });

  test('at an update', async () => {
    await house.register('b', ['ambit-viewer']);
    const federated = { auth: 'none' as const, federatedIssuer: 'github' };
    expect(await house.clients.update('b', federated, root)).toEqual(apart);
  });
});
