/** A catalog of one resource server, whose one resource has these actions, and of one role that may do all of them. */
export const orderCatalog = (actions: Readonly<Record<string, object>>, role = 'clerk'): string =>
  JSON.stringify({
    catalog: 'shop',
    resourceServers: {
      shop: {
        audience: 'https://shop.example',
        description: 'The shop',
        owner: 'commerce',
        resources: { orders: { description: 'Orders', actions } },
      },
    },
    roles: { [role]: { description: 'Works here', scopes: ['orders:*'] } },
  });

/** The same, of actions that have nothing but a name. */
export const plainOrderCatalog = (actions: readonly string[], role?: string): string =>
  orderCatalog(
    Object.fromEntries(actions.map((action) => [action, { description: `Orders: ${action}` }])),
    role,
  );
