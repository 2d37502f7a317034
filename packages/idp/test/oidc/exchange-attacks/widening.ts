import { asking, bare, idp, issued, root } from './stage.ts';
import type { Attack } from './stage.ts';

/** Attempts to get more than was given: more scopes, or another audience. */
export const WIDENING_BY_SCOPE: readonly Attack[] = [
  ['a scope that no rule lists', asking({ scope: 'ledger:post' }), 'invalid_scope'],
  [
    'a scope that the actor has of its own, and the subject has not',
    asking({ scope: 'payments:void' }),
    'invalid_scope',
  ],
  [
    'a scope that the subject has, and the actor has not',
    asking({ scope: 'orders:write' }),
    'invalid_scope',
  ],
  [
    "a rule's scope without what the rule wants held",
    asking({ scope: 'payments:refund' }),
    'invalid_scope',
  ],
  [
    'a good scope with a bad one',
    asking({ scope: 'payments:charge payments:void' }),
    'invalid_scope',
  ],
  [
    'a good scope with a bad one, by a client that may be given a part',
    async () => ({
      as: 'lenient',
      token: await root(),
      with: { scope: 'payments:charge payments:void' },
    }),
    'invalid_scope',
  ],
  ['a wildcard', asking({ scope: 'payments:*' }), 'invalid_scope'],
  ['a scope that is not there', asking({ scope: 'payments:steal' }), 'invalid_scope'],
  ['a scope of the admin API', asking({ scope: 'ambit.token:read' }), 'invalid_scope'],
  ['no scope, where nothing is carried on', asking({ scope: '' }), 'invalid_scope'],
  ['scopes of two audiences', asking({ scope: 'payments:charge orders:read' }), 'invalid_scope'],
  [
    'a hundred and one scopes',
    asking({ scope: Array.from({ length: 101 }, (_, index) => `a:b${index}`).join(' ') }),
    'invalid_scope',
  ],
];

export const WIDENING_BY_AUDIENCE: readonly Attack[] = [
  [
    "another server's audience for the scope",
    asking({ resource: 'https://ledger.example' }),
    'invalid_scope',
  ],
  ["another server's name for the scope", asking({ audience: 'ledger-api' }), 'invalid_scope'],
  ['an audience that is not there', asking({ resource: 'https://evil.example' }), 'invalid_target'],
  ['a name that is not there', asking({ audience: 'evil-api' }), 'invalid_target'],
  [
    'an audience with a slash more',
    asking({ resource: 'https://payments.example/' }),
    'invalid_target',
  ],
  [
    'a resource and an audience that are two servers',
    asking({ resource: 'https://payments.example', audience: 'ledger-api' }),
    'invalid_target',
  ],
  [
    'two resources',
    async () => ({
      token: await root(),
      raw: '&resource=https://payments.example&resource=https://ledger.example',
    }),
    'invalid_target',
  ],
  [
    'two audiences',
    async () => ({ token: await root(), raw: '&audience=payments-api&audience=ledger-api' }),
    'invalid_target',
  ],
  [
    'the admin audience as target',
    async () => ({ token: await root(), with: { resource: `${idp.url}/admin` } }),
    'invalid_target',
  ],
  ['the admin API by its name', asking({ audience: 'ambit' }), 'invalid_target'],
  [
    'an admin token as subject, by the client that it was issued to',
    async () => ({
      as: 'operator',
      token: await issued('operator', 'ambit.token:read'),
      with: { scope: 'ambit.token:read' },
    }),
    'invalid_request',
  ],
  [
    'an admin token as subject, by somebody else',
    async () => bare(await issued('operator', 'ambit.token:read')),
    'invalid_request',
  ],
];
