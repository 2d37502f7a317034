/** A small catalog with one resource server of every kind. */
export const SHOP = `
catalog: test-shop
resourceServers:
  shop-api:
    audience: https://api.shop.example
    owner: team-shop
    resources:
      orders:
        actions:
          read: { description: See orders }
          write: { description: Change orders, lifetimeSeconds: 120 }
          refund: { description: Pay back, deprecated: { since: 2020-01-01, sunset: 2020-06-01, successor: 'orders:write' } }
          archive: { description: Put away, deprecated: { since: 2020-01-01, successor: 'orders:write' } }
  stock-api:
    audience: https://stock.shop.example
    accessToken: { signingAlg: EdDSA, lifetimeSeconds: 600 }
    resources:
      stock: { actions: { read: { description: See stock }, reserve: { description: Set aside } } }
  vault-api:
    audience: https://vault.shop.example
    accessToken: { senderConstrained: dpop, signingAlg: PS256 }
    resources:
      cards: { actions: { charge: { description: Charge } } }
roles:
  viewer: { description: Sees, scopes: ['orders:read', 'stock:read'] }
  editor: { description: Changes, inherits: [viewer], scopes: ['orders:*'] }
  cashier: { description: Charges, scopes: ['cards:charge'] }
`;

/** The same after a change: orders cannot be written any more, and stock has moved to another audience. */
export const SHOP_NARROWED = SHOP.replace(
  '          write: { description: Change orders, lifetimeSeconds: 120 }\n',
  '',
)
  .replaceAll(", successor: 'orders:write'", '')
  .replace('https://stock.shop.example', 'https://stock2.shop.example');
