import { describe, expect, test } from '@jest/globals';
import {
  compileCatalog,
  decideAdminRemoval,
  decideAssignment,
  decideClientChange,
  decideSeparation,
  decideUnassignment,
} from '@ambit/scope-catalog';
import type { CompiledCatalog, Principal, RoleAssignment } from '@ambit/scope-catalog';

const now = Date.UTC(2026, 6, 1);

const client = (clientId: string, ...assignments: RoleAssignment[]): Principal => ({
  clientId,
  enabled: true,
  assignments,
});

const ADMIN = client('root', { role: 'ambit-admin' });
const EDITOR = client('ed', { role: 'ambit-editor' });
const FORMER = client('was', { role: 'ambit-admin', until: now });
const PLAIN = client('web', { role: 'checkout' });

const catalog: CompiledCatalog = (() => {
  const result = compileCatalog(
    {
      catalog: 'x',
      resourceServers: {
        api: { audience: 'https://api.example', resources: { orders: { actions: { read: {} } } } },
      },
      roles: { checkout: {}, viewer: { scopes: ['orders:read'] } },
      delegation: [{ actor: { role: 'checkout' }, holding: [], may: ['orders:read'] }],
      federation: {
        ci: {
          issuer: 'https://ci.example',
          audience: 'x',
          rules: [{ match: { sub: 'a' }, client: 'deploy', scopes: ['orders:read'] }],
        },
      },
    },
    { issuer: 'https://id.example' },
  );
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
})();

const codeOf = (decided: { ok: boolean; error?: { code: string } }): string =>
  decided.ok ? 'allowed' : (decided.error?.code ?? '');

describe('assigning a role', () => {
  test.each([
    [ADMIN, 'web', 'ambit-editor', 'allowed'],
    [ADMIN, 'root', 'viewer', 'allowed'],
    [EDITOR, 'web', 'viewer', 'allowed'],
    [EDITOR, 'web', 'ambit-viewer', 'governance.reserved_role'],
    [EDITOR, 'ed', 'viewer', 'governance.self_assignment'],
    [FORMER, 'web', 'ambit-viewer', 'governance.reserved_role'],
    [{ ...ADMIN, enabled: false }, 'web', 'ambit-viewer', 'governance.reserved_role'],
    [ADMIN, 'web', 'veiwer', 'role.unknown'],
  ])('%j, to %s, %s: %s', (actor, target, role, code) => {
    expect(codeOf(decideAssignment({ actor, target, role, catalog, now }))).toBe(code);
  });

  test('an unknown role is met with near ones', () => {
    const decided = decideAssignment({ actor: ADMIN, target: 'web', role: 'veiwer', catalog, now });
    expect(decided).toMatchObject({ error: { near: ['viewer'] } });
  });

  test('only an admin takes a role over Ambit away', () => {
    expect(codeOf(decideUnassignment({ actor: EDITOR, role: 'ambit-admin', now }))).toBe(
      'governance.reserved_role',
    );
    expect(codeOf(decideUnassignment({ actor: EDITOR, role: 'gone', now }))).toBe('allowed');
    expect(codeOf(decideUnassignment({ actor: ADMIN, role: 'ambit-admin', now }))).toBe('allowed');
  });
});

describe('changing a client', () => {
  test.each([
    [ADMIN, EDITOR, 'change', 'allowed'],
    [EDITOR, PLAIN, 'change', 'allowed'],
    [EDITOR, ADMIN, 'change', 'governance.privileged_client'],
    [EDITOR, { ...ADMIN, enabled: false }, 'change', 'governance.privileged_client'],
    [EDITOR, ADMIN, 'disable', 'allowed'],
    [EDITOR, FORMER, 'change', 'allowed'],
  ] as const)('%j changes %j by %s: %s', (actor, target, change, code) => {
    expect(codeOf(decideClientChange({ actor, target, change, now }))).toBe(code);
  });
});

describe('power over Ambit and power lent by others', () => {
  const reserved = { role: 'ambit-metrics' };

  test.each([
    [client('web', reserved), 'allowed'],
    [client('web', reserved, { role: 'checkout' }), 'delegation_actor'],
    [client('web', reserved, { role: 'checkout', until: now }), 'allowed'],
    [client('deploy', reserved), 'federated'],
    [client('deploy', { role: 'checkout' }), 'allowed'],
    [{ ...client('web', reserved), federatedIssuer: 'ci' }, 'federated'],
  ])('%j: %s', (holder, outcome) => {
    const decided = decideSeparation(holder, catalog, now);
    if (outcome === 'allowed') {
      expect(decided.ok).toBe(true);
    } else {
      expect(decided).toMatchObject({ error: { code: 'governance.acts_for_others', as: outcome } });
    }
  });
});

describe('the last admin', () => {
  test('stays, while others may go', () => {
    const decide = (liveAdmins: string[], removed: string) =>
      codeOf(decideAdminRemoval({ liveAdmins, removed }));
    expect(decide(['a', 'b'], 'a')).toBe('allowed');
    expect(decide(['a'], 'a')).toBe('governance.last_admin');
    expect(decide(['a'], 'b')).toBe('allowed');
  });
});
