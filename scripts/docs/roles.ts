import { BUILT_IN_ROLES, compileCatalog, EMPTY_DOCUMENT } from '@ambit/scope-catalog';
import type { CompiledRole } from '@ambit/scope-catalog';
import type { Route } from '../../packages/idp/src/admin-api/route.ts';
import { ROUTES } from '../../packages/idp/src/admin-api/routes.ts';
import { code, page, table } from './markdown.ts';

/** What is built into every catalog version, and nothing else. */
function builtIns() {
  const compiled = compileCatalog(EMPTY_DOCUMENT, { issuer: 'https://id.example.com' });
  if (!compiled.ok) throw new Error('the empty catalog always compiles');
  return compiled.value;
}

/** The roles over Ambit itself, in the order of {@link BUILT_IN_ROLES}. */
export function builtInRoles(): readonly CompiledRole[] {
  const { roles } = builtIns();
  return Object.keys(BUILT_IN_ROLES).flatMap((name) => roles.get(name) ?? []);
}

/** Whether the holder of a role may use a route. */
export const mayUse = (role: CompiledRole, { scope }: Route): boolean =>
  scope === 'none' || scope === 'any' || role.scopes.has(scope);

/** Which built-in role may use which route, as a table. */
export function roleMatrix(): string {
  const roles = builtInRoles();
  return table(
    ['route', ...roles.map(({ name }) => code(name))],
    ROUTES.map((route) => [
      code(`${route.method} ${route.path}`),
      ...roles.map((role) => (mayUse(role, route) ? 'yes' : '')),
    ]),
  );
}

/** The page of the built-in roles: what each may do, scope by scope and route by route. */
export function renderRoles(): string {
  const roles = builtInRoles();
  const scopes = [...builtIns().scopes.values()];
  return page(
    '# Built-in roles',
    'They are part of every catalog version, and give power over Ambit itself. Only an `ambit-admin` assigns them.',
    table(
      ['role', 'for whom'],
      roles.map(({ name, description }) => [code(name), description]),
    ),
    '## Who holds which scope',
    table(
      ['scope', 'risk', ...roles.map(({ name }) => code(name))],
      scopes.map((scope) => [
        `${code(scope.name)}: ${scope.description}`,
        scope.risk,
        ...roles.map((role) => (role.scopes.has(scope.name) ? 'yes' : '')),
      ]),
    ),
    '## Who may use which route of the admin API',
    roleMatrix(),
  );
}
