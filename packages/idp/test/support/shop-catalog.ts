/** A small catalog of two resource servers; what a test changes about it, it replaces in the text. */
export const SHOP = `catalog: shop
resourceServers:
  shop-api:
    audience: https://api.shop.example
    description: The shop
    owner: team-shop
    resources:
      orders:
        description: Customer orders
        actions:
          read: { description: See orders }
          write: { description: Create and change orders }
          refund: { description: Pay money back, risk: high }
  billing-api:
    audience: https://billing.shop.example
    description: Billing
    owner: team-billing
    resources:
      invoices:
        description: Invoices
        actions:
          read: { description: See invoices }
          write: { description: Write invoices }
roles:
  viewer: { description: Sees orders, scopes: ['orders:read'] }
  editor: { description: Changes orders, inherits: [viewer], scopes: ['orders:write'] }
  accountant: { description: Keeps the books, scopes: ['invoices:*'] }
  caller: { description: Calls on behalf of others, scopes: ['orders:read'] }
  clerk: { description: Takes orders, scopes: ['orders:*'] }
delegation:
  - actor: { role: caller }
    holding: ['orders:read']
    may: ['invoices:read']
federation:
  github:
    issuer: https://token.actions.example
    audience: http://localhost:3000
    rules:
      - match: { repository: acme/shop }
        client: deploy-bot
        scopes: ['orders:read']
`;

/** The shop with one text in the place of another, which must be there. */
export function shopWith(...replacements: readonly (readonly [string, string])[]): string {
  return replacements.reduce((text, [before, after]) => {
    if (!text.includes(before)) throw new Error(`not in the shop: ${before}`);
    return text.replace(before, after);
  }, SHOP);
}
