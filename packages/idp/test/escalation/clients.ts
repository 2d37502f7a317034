import { APART, LAST, NO_SCOPE, VIEWER, assign, otherAdmin, send } from './escalation.ts';
import type { Escalation } from './escalation.ts';
import { must, START } from '../support/house.ts';
import { shopWith } from '../support/shop-catalog.ts';

export const CLIENTS: readonly Escalation[] = [
  {
    by: 'federated client',
    way: 'is made admin',
    setup: (house) => house.register('fed', [], { federatedIssuer: 'github' }),
    attempt: assign('root', 'fed/roles/ambit-admin'),
    ...APART,
  },
  {
    by: 'federated client',
    way: 'is registered with an ambit role',
    attempt: send('root', 'POST', '/clients', {
      client_id: 'fed',
      federated: 'github',
      roles: ['ambit-viewer'],
    }),
    ...APART,
  },
  {
    by: 'federated client',
    way: 'is named by the catalog first and made admin then',
    setup: (house) => house.register('deploy-bot'),
    attempt: assign('root', 'deploy-bot/roles/ambit-admin'),
    ...APART,
  },
  {
    by: 'federated client',
    way: 'gets a secret besides',
    setup: (house) => house.register('fed', [], { federatedIssuer: 'github' }),
    attempt: send('root', 'POST', '/clients/fed/secrets', {}),
    status: 409,
    code: 'secret.not_used',
  },
  {
    by: 'federated client',
    way: 'is an admin who becomes federated',
    setup: otherAdmin,
    attempt: send('root', 'PATCH', '/clients/boss', { auth: 'none', federated: 'github' }),
    ...APART,
  },
  {
    by: 'federated client',
    way: 'assigns itself a role',
    setup: (house) => house.register('fed', ['viewer'], { federatedIssuer: 'github' }),
    attempt: assign('fed', 'fed/roles/clerk'),
    ...NO_SCOPE,
  },
  {
    by: 'delegation actor',
    way: 'is made admin',
    setup: (house) => house.register('agent', ['caller']),
    attempt: assign('root', 'agent/roles/ambit-admin'),
    ...APART,
  },
  {
    by: 'delegation actor',
    way: 'is an admin who is given the role to act',
    setup: otherAdmin,
    attempt: assign('root', 'boss/roles/caller'),
    ...APART,
  },
  {
    by: 'plain client',
    way: 'assigns itself a role',
    attempt: assign('plain', 'plain/roles/clerk'),
    ...NO_SCOPE,
  },
  {
    by: 'plain client',
    way: 'registers another',
    attempt: send('plain', 'POST', '/clients', { client_id: 'p2' }),
    ...NO_SCOPE,
  },
  {
    by: 'plain client',
    way: 'publishes a catalog',
    attempt: (api) =>
      api.call('plain', 'POST', '/catalog/versions', {
        source: shopWith([VIEWER, VIEWER.replace('orders:read', 'orders:*')]),
        comment: 'c',
      }),
    ...NO_SCOPE,
  },
  {
    by: 'plain client',
    way: 'revokes everybody else’s tokens',
    attempt: send('plain', 'POST', '/revocations', {
      issued_before: new Date(START).toISOString(),
    }),
    ...NO_SCOPE,
  },
  {
    by: 'plain client',
    way: 'comes back under the name of a deleted admin',
    setup: async (house) => {
      await otherAdmin(house);
      must(await house.clients.remove('boss', house.system));
    },
    attempt: send('root', 'POST', '/clients', { client_id: 'boss' }),
    status: 409,
    code: 'client.name_taken',
  },
  {
    by: 'plain client',
    way: 'is called as a built-in role is',
    attempt: send('root', 'POST', '/clients', { client_id: 'Ambit-Admin' }),
    status: 422,
    code: 'client.name_reserved',
  },
  {
    by: 'plain client',
    way: 'is called as the server calls itself',
    attempt: send('root', 'POST', '/clients', { client_id: 'SYSTEM' }),
    status: 422,
    code: 'client.name_reserved',
  },
  {
    by: 'plain client',
    way: 'has a scope of Ambit as default scope',
    attempt: send('root', 'PATCH', '/clients/plain', { default_scopes: ['ambit.client:write'] }),
    status: 422,
    code: 'client.default_scope_not_entitled',
  },
  {
    by: 'plain client',
    way: 'becomes the credential of the admin API',
    attempt: send('root', 'PATCH', '/clients/plain', { resource_servers: ['ambit'] }),
    status: 422,
    code: 'client.resource_server_reserved',
  },
  {
    by: 'plain client',
    way: 'gets roles by an update of its settings',
    attempt: send('root', 'PATCH', '/clients/plain', { roles: ['ambit-admin'] }),
    status: 400,
    code: 'request.malformed',
  },
  {
    by: 'plain client',
    way: 'is enabled by an update of its settings',
    attempt: send('root', 'PATCH', '/clients/plain', { enabled: true }),
    status: 400,
    code: 'request.malformed',
  },
  {
    by: 'viewer',
    way: 'publishes a catalog',
    attempt: send('vera', 'POST', '/catalog/versions', {
      source: shopWith(['catalog: shop', 'catalog: store']),
      comment: 'c',
    }),
    ...NO_SCOPE,
  },
  {
    by: 'auditor',
    way: 'assigns itself a role',
    attempt: assign('audrey', 'audrey/roles/clerk'),
    ...NO_SCOPE,
  },
  {
    by: 'metrics reader',
    way: 'adds itself a secret',
    attempt: send('mona', 'POST', '/clients/mona/secrets', {}),
    ...NO_SCOPE,
  },
  {
    by: 'admin',
    way: 'leaves nobody to govern by deleting itself',
    attempt: send('root', 'DELETE', '/clients/root'),
    ...LAST,
  },
  {
    by: 'admin',
    way: 'leaves nobody to govern by an end to its role',
    attempt: assign('root', 'root/roles/ambit-admin', { until: '2100-01-01T00:00:00Z' }),
    ...LAST,
  },
];
