import { openApiRoute } from '../../packages/idp/src/admin-api/openapi.ts';
import type { ProblemCode } from '../../packages/idp/src/admin-api/problem.ts';
import { PROBLEMS, statusOf } from '../../packages/idp/src/admin-api/problems.ts';
import { problemsOf } from '../../packages/idp/src/admin-api/route.ts';
import type { Route } from '../../packages/idp/src/admin-api/route.ts';
import { ADMIN_API_PATH, ROUTES } from '../../packages/idp/src/admin-api/routes.ts';
import { code, page, table } from './markdown.ts';

/** The page of the admin API: every route with its scope, answers and problems. */
export function renderAdminApi(): string {
  return page(
    '# Admin API',
    'JSON over HTTP, with an access token of the audience `ISSUER/admin`. The OpenAPI 3.1 document, with every schema, is at `/admin/v1/openapi.json`. Lists answer `{ items, total, next? }` and take `limit` and `cursor`. What each [built-in role](roles.md) may use is listed there.',
    'Problems that go without saying are left out of the table: who asks (401, 403), a request that does not fit its schema (400, 413, 415), a precondition that fails (412), and 500 and 503. All are in [errors](errors.md).',
    table(
      ['method', 'path', 'does', 'scope', 'answers', 'problems', 'audit event'],
      [...ROUTES, openApiRoute].map((route) => [
        route.method,
        code(`${ADMIN_API_PATH}${route.path}`),
        route.summary,
        describeScope(route),
        Object.keys(route.answers).join(', '),
        ownProblems(route).map(code).join(', '),
        route.event === undefined ? '' : code(route.event),
      ]),
    ),
  );
}

/** The problems of the admin API as a table: code, status and title. */
export function problemsTable(): string {
  const codes = Object.keys(PROBLEMS) as ProblemCode[];
  return table(
    ['code', 'status', 'title'],
    codes.map((each) => [code(each), String(statusOf(each)), PROBLEMS[each].title]),
  );
}

function describeScope({ scope }: Route): string {
  if (scope === 'none') return 'none, for everybody';
  return scope === 'any' ? 'any admin token' : code(scope);
}

/** What a route declares itself; the rest goes without saying. */
function ownProblems(route: Route): readonly ProblemCode[] {
  const own = new Set(route.problems);
  return problemsOf(route).filter((problem) => own.has(problem));
}
