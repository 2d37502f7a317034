import { decodeJwt } from 'jose';
import { revoke } from '../../../../../test/support/oauth.ts';
import { clientNamed } from '../../support/oidc-harness.ts';
import {
  backAtOrders,
  bare,
  boundRoot,
  CATALOG,
  charged,
  credentialOf,
  deep,
  exchanged,
  forged,
  idp,
  other,
  own,
  posting,
  proof,
  roles,
  root,
  without,
} from './stage.ts';
import type { Attack } from './stage.ts';

/** Attempts to get more by way of a chain, or from a chain whose ground has gone. */
export const WIDENING_BY_CHAIN: readonly Attack[] = [
  ['the token of a link that was skipped', async () => posting(await root()), 'invalid_request'],
  [
    'a chain of six exchanges',
    async () => ({
      as: 'stranger',
      token: await deep('stranger', 5),
      with: { scope: 'orders:write' },
    }),
    'invalid_request',
  ],
  [
    'a chain deeper than its rule allows',
    async () => {
      const token = await charged();
      idp.publish(
        CATALOG.replace(
          "may: ['ledger:post', 'orders:read'] }",
          "may: ['ledger:post', 'orders:read'], maxDepth: 1 }",
        ),
      );
      return posting(token);
    },
    'invalid_scope',
  ],
  [
    'a chain that comes back to one of its actors',
    async () => ({ token: await backAtOrders('front'), with: { scope: 'payments:refund' } }),
    'invalid_scope',
  ],
  [
    'a chain that comes back to its subject',
    async () => ({
      as: 'double',
      token: await backAtOrders('double'),
      with: { scope: 'payments:refund' },
    }),
    'invalid_scope',
  ],
  [
    'a catalog rolled back in mid-chain',
    async () => {
      const token = await charged();
      idp.publish(without("holding: ['orders:write']"));
      return posting(token);
    },
    'invalid_request',
  ],
  [
    'a rule removed between two hops',
    async () => {
      const token = await charged();
      idp.publish(without('client: payments'));
      return posting(token);
    },
    'invalid_scope',
  ],
  [
    'a scope that has left the catalog between two hops',
    async () => {
      const token = await root('orders:read');
      idp.publish(
        CATALOG.replace(', refund: { description: F }', '')

          .replace(/.*'payments:refund'.*\n/, ''),
      );
      return { token, with: { scope: 'payments:refund' } };
    },
    'invalid_scope',
  ],
  [
    'a root that was revoked',
    async () => {
      const token = await root();
      const second = await charged(token);
      await revoke(idp, credentialOf('front'), token);
      return posting(second);
    },
    'invalid_request',
  ],
  [
    'a root whose client was disabled',
    async () => {
      const token = await charged();
      idp.clients.set('front', clientNamed('front', { ...roles('shopper'), enabled: false }));
      return posting(token);
    },
    'invalid_request',
  ],
  [
    'a root whose client has lost its role',
    async () => {
      const token = await charged();
      idp.clients.set('front', clientNamed('front'));
      return posting(token);
    },
    'invalid_request',
  ],
  [
    'an actor above that is no credential of its server any more',
    async () => {
      const token = await charged();
      idp.clients.set('orders', clientNamed('orders', roles('orders')));
      return posting(token);
    },
    'invalid_request',
  ],
  [
    'an exchange that is not on record',
    async () => {
      const token = await charged();
      idp.derivations.delete(decodeJwt(token).jti ?? '');
      return posting(token);
    },
    'invalid_request',
  ],
  [
    'actors made up',
    async () =>
      posting(
        await forged({
          aud: 'https://payments.example',
          scope: 'payments:charge',
          act: { sub: 'orders' },
        }),
      ),
    'invalid_request',
  ],
];

/** Attempts to turn a bound token into a bearer token, or into one bound to the key of a thief. */
export const LAUNDERING: readonly Attack[] = [
  ['a bound token, for a bearer token', async () => bare(await boundRoot()), 'invalid_request'],
  [
    'a bound token that was stolen, by the client that it was issued to, with no proof',
    async () => ({ as: 'front', token: await boundRoot(), with: { scope: 'orders:write' } }),
    'invalid_request',
  ],
  [
    'a bound token that was stolen, by the client that it was issued to, with another key',
    async () => ({
      as: 'front',
      token: await boundRoot(),
      with: { scope: 'orders:write' },
      dpop: await proof(other),
    }),
    'invalid_request',
  ],
  [
    'a bound token, with a proof for another place',
    async () => ({
      token: await boundRoot(),
      dpop: await proof(own, { htu: 'https://evil.example' }),
    }),
    'invalid_dpop_proof',
  ],
  [
    'a bound token, with a proof that was used before',
    async () => {
      const token = await boundRoot();
      const dpop = await proof(other);
      await exchanged({ token, dpop });
      return { token, dpop };
    },
    'invalid_grant',
  ],
  [
    'a bound token, with a proof that is no proof',
    async () => ({ token: await boundRoot(), dpop: 'x.y.z' }),
    'invalid_dpop_proof',
  ],
];
