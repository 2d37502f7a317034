import { NO_SCOPE, PRIVILEGED, assign, otherAdmin, send } from './escalation.ts';
import type { Escalation } from './escalation.ts';
import { must } from '../support/house.ts';

export const RESPONDER: readonly Escalation[] = [
  {
    by: 'responder',
    way: 'disables an admin',
    setup: otherAdmin,
    attempt: send('rita', 'POST', '/clients/boss/disable'),
    ...PRIVILEGED,
  },
  {
    by: 'responder',
    way: 'disables the last admin',
    attempt: send('rita', 'POST', '/clients/root/disable'),
    ...PRIVILEGED,
  },
  {
    by: 'responder',
    way: 'enables a client that was disabled',
    setup: async (house) => must(await house.clients.disable('eve', house.system)),
    attempt: send('rita', 'POST', '/clients/eve/enable'),
    ...NO_SCOPE,
  },
  {
    by: 'responder',
    way: 'deletes a client',
    attempt: send('rita', 'DELETE', '/clients/plain'),
    ...NO_SCOPE,
  },
  {
    by: 'responder',
    way: 'assigns itself a role',
    attempt: assign('rita', 'rita/roles/clerk'),
    ...NO_SCOPE,
  },
  {
    by: 'responder',
    way: 'retires a signing key',
    attempt: async (api, house) =>
      api.call('rita', 'POST', `/keys/${(await house.keys.list())[0]?.kid ?? ''}/retire`),
    setup: (house) => house.keys.ensureKeys(),
    ...NO_SCOPE,
  },
  {
    by: 'responder',
    way: 'rolls the catalog back',
    attempt: send('rita', 'POST', '/catalog/versions/0/activate', {}),
    ...NO_SCOPE,
  },
  {
    by: 'responder',
    way: 'adds a secret to a client',
    attempt: send('rita', 'POST', '/clients/plain/secrets', {}),
    ...NO_SCOPE,
  },
  {
    by: 'responder',
    way: 'lets a new key sign',
    attempt: send('rita', 'POST', '/keys/rotate', {}),
    ...NO_SCOPE,
  },
];
