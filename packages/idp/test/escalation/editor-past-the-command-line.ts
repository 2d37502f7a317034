import { NO_SCOPE, jwks, send } from './escalation.ts';
import type { Escalation } from './escalation.ts';

export const EDITOR_PAST_THE_COMMAND_LINE: readonly Escalation[] = [
  {
    by: 'editor',
    way: 'registers an admin',
    attempt: send('eve', 'POST', '/clients', { client_id: 'eve2', roles: ['ambit-admin'] }),
    ...NO_SCOPE,
  },
  {
    by: 'editor',
    way: 'gives the admin a secret it knows',
    attempt: send('eve', 'POST', '/clients/root/secrets', {}),
    ...NO_SCOPE,
  },
  {
    by: 'editor',
    way: 'gives the admin a key it knows',
    attempt: send('eve', 'PATCH', '/clients/root', { auth: 'private_key_jwt', jwks }),
    ...NO_SCOPE,
  },
  {
    by: 'editor',
    way: 'widens its own default scopes',
    attempt: send('eve', 'PATCH', '/clients/eve', { default_scopes: ['orders:write'] }),
    ...NO_SCOPE,
  },
  {
    by: 'editor',
    way: 'overrides the method of what it may do',
    attempt: send('eve', 'POST', '/clients/plain/enable', undefined, {
      'X-HTTP-Method-Override': 'PUT',
    }),
    ...NO_SCOPE,
  },
  {
    by: 'editor',
    way: 'registers a client of its own',
    attempt: send('eve', 'POST', '/clients', { client_id: 'puppet' }),
    ...NO_SCOPE,
  },
  {
    by: 'editor',
    way: 'deletes the admin, to register its name anew',
    attempt: send('eve', 'DELETE', '/clients/root'),
    ...NO_SCOPE,
  },
];
