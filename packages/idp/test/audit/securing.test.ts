import { builtInResourceServer } from '@ambit/scope-catalog';
import { expect, test } from '@jest/globals';
import { ROUTES } from '../../src/admin-api/routes.ts';
import { isSecuring, isTokenToSecure } from '../../src/audit/securing.ts';
import type { AuditEntry } from '../../src/audit/record.ts';

const ADMIN_SCOPES = Object.entries(builtInResourceServer('').resources).flatMap(
  ([resource, { actions }]) => Object.keys(actions).map((action) => `${resource}:${action}`),
);

const issued = (grantedScopes: readonly string[], more: Partial<AuditEntry> = {}): AuditEntry => ({
  ...{ time: 1, event: 'token.issued', decision: 'granted', requestId: 'r' },
  ...{ resourceServer: 'ambit', grantedScopes, ...more },
});

test('whoever may make a change that only takes power away can get the token for it on a full disk', () => {
  const securing = ROUTES.filter(({ event }) => event !== undefined && isSecuring(event));
  expect(securing.map(({ event }) => event).sort()).toEqual([
    ...['client.deleted', 'client.disabled', 'client.secret_revoked', 'key.destroyed'],
    ...['key.retired', 'revocation.created', 'role.unassigned'],
  ]);
  for (const { scope } of securing) expect(isTokenToSecure(issued([scope]))).toBe(true);
});

test('a token of the admin API without such a scope does not draw on the reserve', () => {
  const scopes = ADMIN_SCOPES.filter((scope) => !isTokenToSecure(issued([scope])));
  expect(scopes.filter((scope) => !scope.endsWith(':read'))).toEqual([
    'ambit.catalog:publish',
    'ambit.audit:erase',
  ]);
});

test('no token of another resource server does, whatever it says, nor an exchange, nor a refusal', () => {
  const scopes = ['ambit.token:revoke'];
  expect(isTokenToSecure(issued(scopes, { resourceServer: 'shop' }))).toBe(false);
  expect(isTokenToSecure(issued(scopes, { event: 'token.exchanged' }))).toBe(false);
  expect(isTokenToSecure(issued(scopes, { event: 'token.refused' }))).toBe(false);
});
