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

function explain(
  scope: string,
  assignments: RoleAssignment[],
  enabled = true,
  document = DOCUMENT,
) {
  const catalog = compileCatalog(document, { issuer: 'https://id.example' });
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
      onBehalf: [],
    });
  });

  test('names what stands in the way, and the roles that would help, those that grant the least first', () => {
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
    expect(wouldHelp).toEqual(['editor', 'viewer', 'boss']);
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

  test('names the delegation rules that give it on behalf of others, where they count', () => {
    const document: CatalogDocument = {
      ...DOCUMENT,
      delegation: [
        { actor: { client: 'web' }, holding: ['orders:refund'], may: ['orders:read'], maxDepth: 2 },
        { actor: { role: 'viewer' }, holding: [], may: ['orders:read'] },
        { actor: { role: 'gate' }, holding: [], may: ['orders:read', 'orders:refund'] },
      ],
      roles: { ...DOCUMENT.roles, gate: {} },
    };
    const onBehalf = (scope: string, role: string, enabled = true) =>
      explain(scope, [{ role }], enabled, document).onBehalf;
    expect(onBehalf('orders:read', 'gate')).toEqual([
      { rule: 0, holding: ['orders:refund'], maxDepth: 2 },
      { rule: 2, holding: [], maxDepth: 5 },
    ]);
    expect(onBehalf('orders:read', 'viewer')).toEqual([]); // it is entitled
    expect(onBehalf('orders:refund', 'gate')).toEqual([]); // it is retired
    expect(onBehalf('orders:read', 'gate', false)).toEqual([]);
    expect(onBehalf('orders:read', 'ambit-viewer')).toEqual([]);
    expect(onBehalf('orders:raed', 'gate')).toEqual([]);
  });
});
