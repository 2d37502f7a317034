import { clientNamed } from '../../support/oidc-harness.ts';
import { asking, bare, deep, forged, idp, issued, root, server, TYPE, TYPES } from './stage.ts';
import type { Attack } from './stage.ts';

/** Attempts to act as somebody else, or on behalf of oneself. */
export const ACTOR_SWAP: readonly Attack[] = [
  [
    "somebody else's token",
    async () => ({ as: 'stranger', token: await root(), with: { scope: 'orders:read' } }),
    'invalid_request',
  ],
  [
    'a self-made subject, at a server of its own',
    async () => ({ as: 'double', token: await issued('double', 'orders:write') }),
    'invalid_scope',
  ],
  [
    'a self-made subject, exchanged once more',
    async () => ({ as: 'double', token: await deep('double', 1) }),
    'invalid_scope',
  ],
  [
    'a client that holds an ambit role',
    async () => ({ as: 'powerful', token: await root() }),
    'invalid_scope',
  ],
  [
    'a credential bound to the audience of another server',
    async () => ({ as: 'renamed', token: await root() }),
    'invalid_request',
  ],
  [
    'a credential bound to an audience of the past',
    async () => ({ as: 'outdated', token: await root() }),
    'invalid_request',
  ],
  [
    'an actor token of another client',
    async () => ({
      token: await root(),
      with: { actor_token: await issued('stranger', 'orders:read'), actor_token_type: TYPE },
    }),
    'invalid_request',
  ],
  [
    'the subject token as actor token',
    async () => {
      const token = await root();
      return { token, with: { actor_token: token, actor_token_type: TYPE } };
    },
    'invalid_request',
  ],
  [
    'an actor token that is no token',
    asking({ actor_token: 'x.y.z', actor_token_type: TYPE }),
    'invalid_request',
  ],
  [
    'an actor token that has expired',
    async () => ({
      token: await root(),
      with: {
        actor_token: await forged({ client_id: 'orders', sub: 'orders', exp: 1 }),
        actor_token_type: TYPE,
      },
    }),
    'invalid_request',
  ],
  [
    'an actor token of a type that is no access token',
    async () => ({
      token: await root(),
      with: {
        actor_token: await issued('orders', 'orders:read'),
        actor_token_type: `${TYPES}id_token`,
      },
    }),
    'invalid_request',
  ],
  [
    'the name of another client beside the credential',
    asking({ client_id: 'payments' }),
    'invalid_request',
  ],
  [
    'a wrong secret',
    async () => ({ token: await root(), secret: 'payments-secret' }),
    'invalid_client',
    401,
  ],
  [
    'a client that was disabled',
    async () => {
      const token = await root();
      idp.clients.set('orders', clientNamed('orders', { ...server('orders'), enabled: false }));
      return bare(token);
    },
    'invalid_client',
    401,
  ],
  [
    'may_act for another client',
    async () => bare(await forged({ may_act: { sub: 'payments' } })),
    'invalid_request',
  ],
  [
    'may_act for the actor, with a condition besides',
    async () => bare(await forged({ may_act: { sub: 'orders', iss: 'https://evil.example' } })),
    'invalid_request',
  ],
  ['may_act for nobody', async () => bare(await forged({ may_act: {} })), 'invalid_request'],
];
