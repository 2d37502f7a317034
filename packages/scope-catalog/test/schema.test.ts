import { describe, expect, test } from '@jest/globals';
import { canonicalForm, catalogDigest, EMPTY_DOCUMENT, parseCatalog } from '@ambit/scope-catalog';

const BASE = { catalog: 'x', resourceServers: {} };

function findingsOf(document: object): string[] {
  const parsed = parseCatalog(JSON.stringify(document), 'c.json');
  return parsed.ok ? [] : parsed.error.map(({ rule, path }) => `${rule} ${path.join('.')}`);
}

const server = (entry: object): object => ({
  ...BASE,
  resourceServers: { a: { audience: 'https://a.example', resources: {}, ...entry } },
});
const action = (entry: unknown): object =>
  server({ resources: { r: { actions: { read: entry } } } });
const quota = (entry: object): object =>
  action({ quota: { limit: 100, windowSeconds: 3600, per: 'client', ...entry } });
const QUOTA = 'resourceServers.a.resources.r.actions.read.quota';
const jwks = (key: object): object => ({
  ...BASE,
  federation: {
    ci: { issuer: 'https://ci.example', audience: 'x', rules: [], jwks: { keys: [key] } },
  },
});
const delegation = (actor: object): object => ({
  ...BASE,
  delegation: [{ actor, holding: [], may: ['orders:read'] }],
});

describe('the schema of catalog documents', () => {
  test.each([
    [jwks({ kty: 'EC', crv: 'P-256', x: 'a', y: 'b' }), []],
    [jwks({ kty: 'EC', d: 'secret' }), ['name-invalid federation.ci.jwks.keys.0.d']],
    [delegation({ client: 'a' }), []],
    [delegation({}), ['size-out-of-bounds delegation.0.actor']],
    [delegation({ client: 'a', role: 'b' }), ['size-out-of-bounds delegation.0.actor']],
    [server({ audience: 'api' }), ['name-invalid resourceServers.a.audience']],
    [server({ audience: 'https://a.example/#x' }), ['name-invalid resourceServers.a.audience']],
    [server({ audience: 'urn:example:api' }), []],
    [server({ description: '\u001b[31mred' }), ['name-invalid resourceServers.a.description']],
    [server({ description: 'a\u202eb' }), ['name-invalid resourceServers.a.description']],
    [server({ description: 'two\nlines, ünïcode 🎉' }), []],
    [server({ description: '\ud800' }), ['name-invalid resourceServers.a.description']],
    [
      server({ accessToken: { lifetimeSeconds: 3601 } }),
      ['lifetime-out-of-bounds resourceServers.a.accessToken.lifetimeSeconds'],
    ],
    [
      server({ accessToken: { signingAlg: 'HS256' } }),
      ['value-invalid resourceServers.a.accessToken.signingAlg'],
    ],
    [action(null), ['type-wrong resourceServers.a.resources.r.actions.read']],
    [
      action({ deprecated: { since: '2026-02-30' } }),
      ['value-invalid resourceServers.a.resources.r.actions.read.deprecated.since'],
    ],
    [action({ deprecated: { since: '2028-02-29' } }), []],
    [quota({}), []],
    [quota({ mode: 'observe', per: 'subject' }), []],
    [quota({ limit: 1_000_000_000, windowSeconds: 2_592_000 }), []],
    [quota({ limit: 0 }), [`size-out-of-bounds ${QUOTA}.limit`]],
    [quota({ limit: 1_000_000_001 }), [`size-out-of-bounds ${QUOTA}.limit`]],
    [quota({ limit: 1.5 }), [`type-wrong ${QUOTA}.limit`]],
    [quota({ windowSeconds: 0 }), [`size-out-of-bounds ${QUOTA}.windowSeconds`]],
    [quota({ windowSeconds: 2_592_001 }), [`size-out-of-bounds ${QUOTA}.windowSeconds`]],
    [quota({ per: 'address' }), [`value-invalid ${QUOTA}.per`]],
    [quota({ mode: 'off' }), [`value-invalid ${QUOTA}.mode`]],
    [quota({ burst: 2 }), [`property-unknown ${QUOTA}.burst`]],
    [
      action({ quota: {} }),
      ['limit', 'windowSeconds', 'per'].map(() => `property-missing ${QUOTA}`),
    ],
    [{ ...BASE, roles: { a: { scopes: ['*'] } } }, ['name-invalid roles.a.scopes.0']],
    [{ ...BASE, roles: { a: { scopes: ['r:*', 'r:*'] } } }, ['value-repeated roles.a.scopes.0']],
    [{ ...BASE, roles: { ['a'.repeat(65)]: {} } }, [`name-invalid roles.${'a'.repeat(65)}`]],
    [[], ['type-wrong ']],
  ])('%j: %j', (document, findings) => {
    expect(findingsOf(document)).toEqual(findings);
  });
});

describe('the canonical form', () => {
  test('[RFC 8785 §3.2.3] sorts keys and leaves no space', () => {
    expect(canonicalForm({ resourceServers: {}, catalog: 'x' })).toBe(
      '{"catalog":"x","resourceServers":{}}',
    );
  });

  test('names the empty document for ever', () => {
    expect(catalogDigest(EMPTY_DOCUMENT)).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(catalogDigest(EMPTY_DOCUMENT)).toBe(
      'sha256:a98fde09b603a2c9387369ad0cd01dfc55e88dba7d9b95180df0da8a34075fa4',
    );
  });
});
