import { describe, expect, test } from '@jest/globals';
import { compileCatalog, EMPTY_DOCUMENT, parseCatalog } from '@ambit/scope-catalog';
import type { CompiledCatalog } from '@ambit/scope-catalog';

const ISSUER = 'https://id.example';

/** A catalog with one resource server, `roles` and whatever else is written below it. */
const withRest = (rest: string): string => `catalog: shop
resourceServers:
  api:
    audience: https://api.example
    resources:
      orders: { actions: { read: {}, write: { risk: high } } }
      shop:items: { actions: { read: {} } }
      empty: { actions: {} }
${rest}`;

function compile(text: string): ReturnType<typeof compileCatalog> {
  const parsed = parseCatalog(text, 'c.yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return compileCatalog(parsed.value.document, { issuer: ISSUER });
}

function compiled(text: string): CompiledCatalog {
  const result = compile(text);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

function findingsOf(text: string): string[] {
  const result = compile(text);
  return result.ok
    ? []
    : result.error.map(({ rule, path, hint }) =>
        [rule, path.join('.'), ...(hint === undefined ? [] : [hint])].join(' | '),
      );
}

describe('compileCatalog', () => {
  test('the empty document holds what is built in', () => {
    const result = compileCatalog(EMPTY_DOCUMENT, { issuer: ISSUER });
    const catalog = result.ok ? result.value : undefined;
    expect([...(catalog?.roles.keys() ?? [])]).toEqual([
      'ambit-admin',
      'ambit-auditor',
      'ambit-editor',
      'ambit-metrics',
      'ambit-responder',
      'ambit-viewer',
    ]);
    expect([...(catalog?.resourceServersByAudience.keys() ?? [])]).toEqual([`${ISSUER}/admin`]);
    expect([...(catalog?.roles.get('ambit-admin')?.scopes ?? [])]).toEqual([
      ...(catalog?.scopes.keys() ?? []),
    ]);
    expect([...(catalog?.roles.get('ambit-editor')?.scopes ?? [])]).toEqual([
      'ambit.catalog:publish',
      'ambit.catalog:read',
      'ambit.client:read',
      'ambit.key:read',
      'ambit.role:assign',
      'ambit.role:read',
      'ambit.token:read',
    ]);
  });

  test('defaults are filled in', () => {
    const catalog = compiled(withRest(''));
    expect(catalog.resourceServers.get('api')).toMatchObject({
      lifetimeSeconds: 300,
      signingAlg: 'ES256',
      senderConstrained: 'none',
    });
    expect(catalog.scopes.get('orders:read')?.risk).toBe('low');
    expect(catalog.scopes.get('shop:items:read')?.resourceServer).toBe('api');
  });

  test('a role with a name of every object is a role like any other', () => {
    const { roles } = compiled(
      withRest(
        "roles: { constructor: { scopes: ['orders:read'] }, b: { inherits: [constructor] } }",
      ),
    );
    expect([...(roles.get('b')?.scopes ?? [])]).toEqual(['orders:read']);
    expect(findingsOf(withRest('roles: { b: { inherits: [valueof] } }'))).toHaveLength(1);
  });

  test.each([
    [
      "roles: { a: { scopes: ['ordres:read'] } }",
      'scope-unknown | roles.a.scopes.0 | did you mean `orders:read`?',
    ],
    [
      "roles: { a: { scopes: ['ordrs:*'] } }",
      'wildcard-empty | roles.a.scopes.0 | did you mean `orders:*`?',
    ],
    [
      "roles: { a: { scopes: ['empty:*'] } }",
      'wildcard-empty | roles.a.scopes.0 | define the resource and its actions',
    ],
    [
      'roles: { a: {}, b: { inherits: [aa] } }',
      'role-unknown | roles.b.inherits.0 | did you mean `a`?',
    ],
    ['roles: { a: { inherits: [a] } }', 'role-cycle | roles.a.inherits.0'],
    [
      'roles: { a: { inherits: [b] }, b: { inherits: [c] }, c: { inherits: [a] } }',
      'role-cycle | roles.c.inherits.0',
    ],
    [
      "delegation: [{ actor: { role: a }, holding: [], may: ['orders:read'] }]",
      'role-unknown | delegation.0.actor.role | define it under `roles`',
    ],
    [
      "delegation: [{ actor: { client: a }, holding: ['orders:*'], may: ['orders:read'] }]",
      'wildcard-misplaced | delegation.0.holding.0 | name each scope; wildcards stand in roles only',
    ],
    [
      "delegation: [{ actor: { client: a }, holding: [], may: ['orders:reed'] }]",
      'scope-unknown | delegation.0.may.0 | did you mean `orders:read`?',
    ],
  ])('%s is told as %s', (rest, finding) => {
    expect(findingsOf(withRest(rest))).toEqual([finding]);
  });

  test.each([
    ['roles: { ambit-boss: {} }', 'roles.ambit-boss'],
    ['roles: { a: { inherits: [ambit-admin] } }', 'roles.a.inherits.0'],
    ["roles: { a: { scopes: ['ambit.role:assign'] } }", 'roles.a.scopes.0'],
    ["roles: { a: { scopes: ['ambit.role:*'] } }", 'roles.a.scopes.0'],
    [
      "delegation: [{ actor: { role: ambit-admin }, holding: [], may: ['orders:read'] }]",
      'delegation.0.actor.role',
    ],
    [
      "delegation: [{ actor: { client: a }, holding: [], may: ['ambit.key:rotate'] }]",
      'delegation.0.may.0',
    ],
    [
      "federation: { ci: { issuer: 'https://ci.example', audience: x, rules: [{ match: { sub: y }, client: z, scopes: ['ambit.key:rotate'] }] } }",
      'federation.ci.rules.0.scopes.0',
    ],
  ])('%s mentions what is reserved', (rest, path) => {
    const result = compile(withRest(rest));
    expect(
      result.ok || result.error.map((finding) => [finding.rule, finding.path.join('.')]),
    ).toEqual([['name-reserved', path]]);
  });

  test.each([
    ['ambit', 'https://b.example', 'orders', 'resourceServers.ambit'],
    ['ambit.x', 'https://b.example', 'orders', 'resourceServers.ambit.x'],
    ['b', 'https://b.example', 'ambit', 'resourceServers.b.resources.ambit'],
    ['b', 'https://b.example', 'ambit:x', 'resourceServers.b.resources.ambit:x'],
    ['b', 'https://b.example', 'ambit-x', 'resourceServers.b.resources.ambit-x'],
    ['b', 'https://id.example', 'orders', 'resourceServers.b.audience'],
    ['b', 'https://id.example/', 'orders', 'resourceServers.b.audience'],
    ['b', 'https://ID.example:443/admin', 'orders', 'resourceServers.b.audience'],
    ['b', 'https://id.example?x', 'orders', 'resourceServers.b.audience'],
  ])(
    'server %s at %s with resource %s takes what is reserved',
    (name, audience, resource, path) => {
      const text = `catalog: x\nresourceServers: { ${name}: { audience: '${audience}', resources: { '${resource}': { actions: { read: {} } } } } }\n`;
      const result = compile(text);
      expect(
        result.ok || result.error.map((finding) => [finding.rule, finding.path.join('.')]),
      ).toEqual([['name-reserved', path]]);
    },
  );

  test.each(['ambition', 'ambitx:y'])('resource %s is not reserved', (resource) => {
    const text = `catalog: x\nresourceServers: { b: { audience: 'https://id.example.org', resources: { '${resource}': { actions: { read: {} } } } } }\n`;
    expect(findingsOf(text)).toEqual([]);
  });

  test('audiences and resource keys belong to one resource server', () => {
    const text = `catalog: x
resourceServers:
  a: { audience: 'https://a.example', resources: { orders: { actions: { read: {} } } } }
  b: { audience: 'https://a.example', resources: { orders: { actions: { write: {} } } } }
`;
    expect(findingsOf(text)).toEqual([
      'audience-duplicate | resourceServers.b.audience | one resource server may hold many resources',
      'resource-duplicate | resourceServers.b.resources.orders | rename it, to `b:orders` for example',
    ]);
  });

  test('an issuer is trusted for an audience by one entry, whose rules then apply', () => {
    const entry = (issuer: string, audience: string): string =>
      `{ issuer: '${issuer}', audience: '${audience}', jwksUri: 'https://${audience}/jwks', rules: [] }`;
    const text = withRest(`federation:
  ci: ${entry('https://ci.example', 'a')}
  other-audience: ${entry('https://ci.example', 'b')}
  other-issuer: ${entry('https://ci.example/', 'a')}
  again: ${entry('https://ci.example', 'a')}
  constructor: ${entry('https://ci.example', 'a')}
`);
    const result = compile(text);
    expect(result.ok ? [] : result.error).toEqual(
      ['again', 'constructor'].map((name) => ({
        rule: 'federation-duplicate',
        severity: 'error',
        path: ['federation', name, 'audience'],
        message: `\`${name}\` trusts tokens of \`https://ci.example\` for \`a\`, and so does \`ci\``,
        hint: 'move its rules to `ci`, or give it an audience of its own',
      })),
    );
    expect(findingsOf(text.replace(/^ {2}(?:again|constructor).*\n/gm, ''))).toEqual([]);
  });

  test('deprecations name another scope, and dates in order', () => {
    const deprecated = (life: string): string =>
      withRest('').replace('write: { risk: high }', `write: { deprecated: { ${life} } }`);
    const at = 'resourceServers.api.resources.orders.actions.write.deprecated';
    expect(findingsOf(deprecated('since: 2026-02-01, sunset: 2026-01-01'))).toEqual([
      `deprecation-order | ${at}.sunset`,
    ]);
    expect(findingsOf(deprecated("since: 2026-02-01, successor: 'orders:write'"))).toEqual([
      `successor-invalid | ${at}.successor`,
    ]);
    expect(findingsOf(deprecated("since: 2026-02-01, successor: 'orders:put'"))[0]).toMatch(
      /^scope-unknown/,
    );
    expect(
      compiled(
        deprecated("since: 2026-02-01, sunset: 2026-03-01, successor: 'orders:read'"),
      ).scopes.get('orders:write'),
    ).toMatchObject({ deprecatedFrom: Date.UTC(2026, 1, 1), retiredFrom: Date.UTC(2026, 2, 1) });
  });

  test('roles that expand without bound are refused', () => {
    const actions = Array.from({ length: 2000 }, (_, index) => `a${String(index)}: {}`).join(', ');
    const heirs = Array.from(
      { length: 600 },
      (_, index) => `h${String(index)}: { inherits: [all] }`,
    );
    const text = `catalog: x
resourceServers: { b: { audience: 'https://b.example', resources: { r: { actions: { ${actions} } } } } }
roles: { all: { scopes: ['r:*'] }, ${heirs.join(', ')} }
`;
    expect(findingsOf(text)).toEqual([
      'catalog-too-large | roles | let fewer roles inherit large ones',
    ]);
  });

  test('every mistake is told at once', () => {
    const rest = "roles: { ambit-x: {}, a: { inherits: [nobody], scopes: ['no:where', 'nil:*'] } }";
    expect(findingsOf(withRest(rest)).map((line) => line.split(' ')[0])).toEqual([
      'name-reserved',
      'role-unknown',
      'scope-unknown',
      'wildcard-empty',
    ]);
  });
});
