import { BUILT_IN_ROLES, compileCatalog, EMPTY_DOCUMENT } from '@ambit/scope-catalog';
import type { CompiledRole } from '@ambit/scope-catalog';
import { openApiRoute } from './openapi.ts';
import type { ProblemCode } from './problem.ts';
import { PROBLEMS, statusOf } from './problems.ts';
import { problemsOf } from './route.ts';
import type { Route } from './route.ts';
import { ADMIN_API_PATH, ROUTES } from './routes.ts';

/** The roles over Ambit itself, in the order of {@link BUILT_IN_ROLES}. */
export function builtInRoles(): readonly CompiledRole[] {
  const compiled = compileCatalog(EMPTY_DOCUMENT, { issuer: 'https://id.example' });
  if (!compiled.ok) throw new Error('the empty catalog does not compile');
  const { roles } = compiled.value;
  return Object.keys(BUILT_IN_ROLES).flatMap((name) => roles.get(name) ?? []);
}

/** Whether the holder of a role may use a route. */
export const mayUse = (role: CompiledRole, { scope }: Route): boolean =>
  scope === 'none' || scope === 'any' || role.scopes.has(scope);

/** The reference of the admin API in Markdown: every route with its scope, answers and problems. */
export function renderAdminApiReference(): string {
  const routes = [...ROUTES, openApiRoute];
  return [
    row(['method', 'path', 'does', 'scope', 'answers', 'problems', 'audit event']),
    row(Array<string>(7).fill('---')),
    ...routes.map((route) =>
      row([
        route.method,
        code(`${ADMIN_API_PATH}${route.path}`),
        route.summary,
        describeScope(route),
        Object.keys(route.answers).join(', '),
        ownProblems(route).map(code).join(', '),
        route.event === undefined ? '' : code(route.event),
      ]),
    ),
  ].join('\n');
}

/** The problems of the admin API in Markdown: code, status and title. */
export function renderAdminProblems(): string {
  const codes = Object.keys(PROBLEMS) as ProblemCode[];
  return [
    row(['code', 'status', 'title']),
    row(['---', '---', '---']),
    ...codes.map((each) => row([code(each), String(statusOf(each)), PROBLEMS[each].title])),
  ].join('\n');
}

/** Which built-in role may use which route, in Markdown. */
export function renderRoleMatrix(): string {
  const roles = builtInRoles();
  return [
    row(['route', ...roles.map(({ name }) => code(name))]),
    row(['---', ...roles.map(() => ':-:')]),
    ...ROUTES.map((route) =>
      row([
        code(`${route.method} ${route.path}`),
        ...roles.map((role) => (mayUse(role, route) ? 'yes' : '')),
      ]),
    ),
  ].join('\n');
}

const row = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
const code = (name: string): string => `\`${name}\``;

function describeScope({ scope }: Route): string {
  if (scope === 'none') return 'none, for everybody';
  return scope === 'any' ? 'any admin token' : code(scope);
}

/** What a route declares itself; the rest goes without saying. */
const ownProblems = (route: Route): readonly ProblemCode[] => {
  const own = new Set(route.problems);
  return problemsOf(route).filter((problem) => own.has(problem));
};
