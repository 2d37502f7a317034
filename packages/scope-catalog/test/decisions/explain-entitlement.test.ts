import { describe, expect, test } from '@jest/globals';
import { compileCatalog, explainEntitlement } from '@ambit/scope-catalog';
import type { CatalogDocument, RoleAssignment } from '@ambit/scope-catalog';

const NOW = Date.UTC(2026, 6, 1);

const DOCUMENT: CatalogDocument = {
  catalog: 'shop',
  resourceServers: {
    api: {
      audience: 'https://api.example',
      resources: {
        orders: {
          actions: {
            read: {},
            refund: {
              deprecated: { since: '2026-01-01', sunset: '2026-06-01', successor: 'orders:read' },
            },
          },
        },
      },
    },
  },
  roles: {
    viewer: { scopes: ['orders:read'] },
    editor: { inherits: ['viewer'] },
    boss: { inherits: ['editor', 'viewer'], scopes: ['orders:refund'] },
  },
};

function explain(scope: string, assignments: RoleAssignment[], enabled = true) {
  const catalog = compileCatalog(DOCUMENT, { issuer: 'https://id.example' });
  if (!catalog.ok) throw new Error(JSON.stringify(catalog.error));
  return explainEntitlement(catalog.value, { clientId: 'web', enabled, assignments }, scope, NOW);
}

describe('explainEntitlement', () => {
  test('names every role that grants a scope, by the shortest way', () => {
    expect(explain('orders:read', [{ role: 'boss', until: NOW + 1 }, { role: 'editor' }])).toEqual({
      client: 'web',
      scope: 'orders:read',
      entitled: true,
      state: 'active',
      reasons: [
        { code: 'role_grants', role: 'boss', through: ['boss', 'viewer'] },
        { code: 'role_grants', role: 'editor', through: ['editor', 'viewer'] },
      ],
      paths: [
        { role: 'boss', until: NOW + 1, through: ['boss', 'viewer'] },
        { role: 'editor', through: ['editor', 'viewer'] },
      ],
      wouldHelp: [],
    });
  });

  test('names what stands in the way, and the roles that would help', () => {
    const { entitled, reasons, wouldHelp } = explain('orders:read', [
      { role: 'viewer', until: NOW },
      { role: 'gone' },
    ]);
    expect(entitled).toBe(false);
    expect(reasons).toEqual([
      { code: 'assignment_expired', role: 'viewer', until: NOW },
      { code: 'role_dormant', role: 'gone' },
      { code: 'no_role_grants' },
    ]);
    expect(wouldHelp).toEqual(['boss', 'editor', 'viewer']);
  });

  test('a disabled client is entitled to nothing, whatever its roles', () => {
    expect(explain('orders:read', [{ role: 'viewer' }], false)).toMatchObject({
      entitled: false,
      reasons: [{ code: 'client_disabled' }, { code: 'role_grants' }],
    });
  });

  test('an unknown scope is met with near ones', () => {
    expect(explain('orders:raed', [])).toMatchObject({
      state: 'unknown',
      entitled: false,
      reasons: [{ code: 'scope_unknown', nearest: ['orders:read'] }],
      wouldHelp: [],
    });
  });

  test('a retired scope says so, with its successor', () => {
    expect(explain('orders:refund', [{ role: 'boss' }])).toMatchObject({
      state: 'retired',
      reasons: [
        { code: 'scope_retired', sunset: '2026-06-01', successor: 'orders:read' },
        { code: 'role_grants', role: 'boss', through: ['boss'] },
      ],
    });
  });
});
