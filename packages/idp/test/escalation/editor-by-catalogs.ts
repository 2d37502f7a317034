import {
  APART,
  CLERK,
  GAINS,
  INVALID,
  READ,
  VIEWER,
  makeEveClerk,
  publish,
  send,
} from './escalation.ts';
import type { Escalation } from './escalation.ts';
import { must } from '../support/house.ts';
import { shopWith } from '../support/shop-catalog.ts';

export const EDITOR_BY_CATALOGS: readonly Escalation[] = [
  {
    by: 'editor',
    way: 'publishes a scope into its own role',
    attempt: publish([VIEWER, VIEWER.replace("'orders:read'", "'orders:read', 'orders:refund'")]),
    ...GAINS,
  },
  {
    by: 'editor',
    way: 'lets its own role inherit another',
    attempt: publish([VIEWER, VIEWER.replace('scopes:', 'inherits: [accountant], scopes:')]),
    ...GAINS,
  },
  {
    by: 'editor',
    way: 'widens its own role by a wildcard',
    attempt: publish([VIEWER, VIEWER.replace('orders:read', 'orders:*')]),
    ...GAINS,
  },
  {
    by: 'editor',
    way: 'gains through a role that its role inherits',
    setup: async (house) =>
      must(await house.clients.assignRole('eve', 'editor', undefined, house.system)),
    attempt: publish([VIEWER, VIEWER.replace("'orders:read'", "'orders:read', 'invoices:read'")]),
    ...GAINS,
  },
  {
    by: 'editor',
    way: 'adds an action that its wildcard catches',
    setup: makeEveClerk,
    attempt: publish([READ, `${READ}\n          purge: { description: Destroy orders }`]),
    ...GAINS,
  },
  {
    by: 'editor',
    way: 'moves an action into a resource that its wildcard covers',
    setup: makeEveClerk,
    attempt: publish(
      ['          write: { description: Write invoices }\n', ''],
      [READ, `${READ}\n          write-invoice: { description: Write invoices }`],
    ),
    ...GAINS,
  },
  {
    by: 'editor',
    way: 'renames a stronger role to the one it holds',
    attempt: publish([`  ${VIEWER}\n`, ''], [CLERK, CLERK.replace('clerk', 'viewer')]),
    ...GAINS,
  },
  {
    by: 'editor',
    way: 'renames a scope to one of a role it holds',
    setup: (house) =>
      house.publish(
        shopWith(
          [VIEWER, VIEWER.replace("'orders:read'", "'orders:read', 'orders:refund'")],
          [
            'refund: { description: Pay money back, risk: high }',
            'refund: { description: Nothing any more, deprecated: { since: 2026-01-01, sunset: 2026-01-02 } }',
          ],
        ),
      ),
    attempt: publish([VIEWER, VIEWER.replace("'orders:read'", "'orders:read', 'orders:refund'")]),
    ...GAINS,
  },
  {
    by: 'editor',
    way: 'brings back the role of a dormant assignment of its own',
    setup: async (house) => {
      await makeEveClerk(house);
      await house.publish(shopWith([`  ${CLERK}\n`, '']));
    },
    attempt: publish(['catalog: shop', 'catalog: store']),
    ...GAINS,
  },
  {
    by: 'editor',
    way: 'rolls back to a version where it had more',
    setup: async (house) => {
      await makeEveClerk(house);
      await house.publish(shopWith([`  ${CLERK}\n`, '']));
    },
    attempt: send('eve', 'POST', '/catalog/versions/1/activate', {}),
    ...GAINS,
  },
  {
    by: 'editor',
    way: 'pins a harmless plan and publishes something else',
    attempt: async (api) => {
      const { body } = await api.call('eve', 'POST', '/catalog/plan', {
        source: shopWith(['catalog: shop', 'catalog: store']),
      });
      const { base, assignments } = body;
      return api.call('eve', 'POST', '/catalog/versions', {
        source: shopWith([VIEWER, VIEWER.replace('orders:read', 'orders:*')]),
        comment: 'as planned',
        base,
        assignments,
      });
    },
    ...GAINS,
  },
  {
    by: 'editor',
    way: 'hands in a plan of its own making',
    attempt: async (api) =>
      api.call('eve', 'POST', '/catalog/versions', {
        source: shopWith([VIEWER, VIEWER.replace('orders:read', 'orders:*')]),
        comment: 'c',
        publisher_gains: [],
      }),
    status: 400,
    code: 'request.malformed',
  },
  {
    by: 'editor',
    way: 'lists a scope of Ambit in a role',
    attempt: publish([VIEWER, VIEWER.replace('orders:read', 'ambit.client:write')]),
    ...INVALID,
  },
  {
    by: 'editor',
    way: 'lists a wildcard of Ambit in a role',
    attempt: publish([VIEWER, VIEWER.replace('orders:read', 'ambit.client:*')]),
    ...INVALID,
  },
  {
    by: 'editor',
    way: 'lets its own role inherit ambit-admin',
    attempt: publish([VIEWER, VIEWER.replace('scopes:', 'inherits: [ambit-admin], scopes:')]),
    ...INVALID,
  },
  {
    by: 'editor',
    way: 'defines the role ambit-admin anew',
    attempt: publish([VIEWER, VIEWER.replace('viewer:', 'ambit-editor:')]),
    ...INVALID,
  },
  {
    by: 'editor',
    way: 'takes a resource key of Ambit for its own',
    attempt: publish(['      orders:\n', '      ambit.client:\n']),
    ...INVALID,
  },
  {
    by: 'editor',
    way: 'takes the admin audience for its own resource server',
    attempt: publish(['https://api.shop.example', 'http://localhost:3000/admin']),
    ...INVALID,
  },
  {
    by: 'editor',
    way: 'spells the admin audience otherwise',
    attempt: publish(['https://api.shop.example', 'HTTP://LOCALHOST:3000/admin/']),
    ...INVALID,
  },
  {
    by: 'editor',
    way: 'names itself as delegation actor',
    attempt: publish(['actor: { role: caller }', 'actor: { client: eve }']),
    ...APART,
  },
  {
    by: 'editor',
    way: 'names a role it holds as delegation actor',
    attempt: publish(['actor: { role: caller }', 'actor: { role: viewer }']),
    ...APART,
  },
  {
    by: 'editor',
    way: 'names the admin as federated client, to become it from a workload',
    attempt: publish(['client: deploy-bot', 'client: root']),
    ...APART,
  },
  {
    by: 'editor',
    way: 'moves a scope it holds to the audience of another server',
    attempt: publish(['https://api.shop.example', 'https://bank.example']),
    ...GAINS,
  },
  {
    by: 'editor',
    way: 'lends a scope of Ambit by a delegation rule',
    attempt: publish(["may: ['invoices:read']", "may: ['ambit.client:write']"]),
    ...INVALID,
  },
];
