import { compileCatalog, EMPTY_DOCUMENT } from '@ambit/scope-catalog';
import { builtInRoles, renderRoleMatrix } from '../../packages/idp/src/admin-api/reference.ts';
import { code, page, table } from './markdown.ts';

/** The page of the built-in roles: what each may do, scope by scope. */
export function renderRoles(): string {
  const compiled = compileCatalog(EMPTY_DOCUMENT, { issuer: 'https://id.example.com' });
  if (!compiled.ok) throw new Error('the empty catalog always compiles');
  const roles = builtInRoles();
  const scopes = [...compiled.value.scopes.values()];
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
    renderRoleMatrix(),
  );
}
