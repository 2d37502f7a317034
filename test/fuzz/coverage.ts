import { problemsOf } from '../../packages/idp/src/admin-api/route.ts';
import type { Route } from '../../packages/idp/src/admin-api/route.ts';
import { statusOf } from '../../packages/idp/src/admin-api/problems.ts';
import type { ProblemCode } from '../../packages/idp/src/admin-api/problem.ts';
import { ALL_ROUTES } from './requests/admin.ts';
import type { Tally } from './tally.ts';

const FORM = ['400 invalid_request', '401 invalid_client', '405 invalid_request'];
const READ = ['200', '405 invalid_request'];

/** What the endpoints that are no route of the admin API answer: successes, and the usual refusals. */
const OUTCOMES: Readonly<Record<string, readonly string[]>> = {
  'POST /oauth2/token client_credentials': [
    ...['200', ...FORM, '400 invalid_scope', '400 invalid_target', '400 invalid_dpop_proof'],
    ...['400 invalid_grant', '400 unsupported_grant_type'],
  ],
  'POST /oauth2/token token-exchange': [
    ...['200', ...FORM, '400 invalid_scope', '400 invalid_target', '400 invalid_dpop_proof'],
  ],
  'POST /oauth2/token jwt-bearer': [
    ...['200', ...FORM, '400 invalid_scope', '400 invalid_grant', '503 temporarily_unavailable'],
  ],
  'POST /oauth2/introspect': ['200', ...FORM],
  'POST /oauth2/revoke': ['200', ...FORM],
  'GET /oauth2/jwks': READ,
  'GET /.well-known/openid-configuration': READ,
  'GET /.well-known/oauth-authorization-server': READ,
  'GET /health/live': ['200', '405'],
  'GET /health/ready': ['200', '405'],
  'unknown paths': ['404', '400 invalid_request'],
  'broken HTTP': ['400', 'hung up on'],
};

/** What a route says to those who may not use it, or do not know how. */
const USUAL = /^(?:auth|request)\.(?!limited$)|^(?:client|key|catalog|role)\.not_found$/;

/** Out of reach of any request: a key goes an hour after it was retired, and some codes are declared for their kind. */
const OUT_OF_REACH: Readonly<Record<string, readonly string[]>> = {
  'POST /keys/{kid}/destroy': ['200'],
  'POST /keys/rotate': ['404 key.not_found'],
  'GET /access/who-can': ['404 client.not_found', '404 role.not_found'],
};

function outcomesOf(route: Route): string[] {
  const refusals = problemsOf(route)
    .filter((code) => USUAL.test(code))
    .map((code: ProblemCode) => `${String(statusOf(code))} ${code}`);
  const name = `${route.method} ${route.path}`;
  return [...Object.keys(route.answers), ...refusals].filter(
    (outcome) => !OUT_OF_REACH[name]?.includes(outcome),
  );
}

/** What has not come up yet: each endpoint owes every success, and every refusal that is usual for it. */
export function owed(tally: Tally): string[] {
  const routes = ALL_ROUTES.map((route) => [`${route.method} ${route.path}`, outcomesOf(route)]);
  const expected = { ...OUTCOMES, ...(Object.fromEntries(routes) as typeof OUTCOMES) };
  return Object.entries(expected).flatMap(([endpoint, outcomes]) =>
    outcomes
      .filter((outcome) => !tally.get(endpoint)?.outcomes.has(outcome))
      .map((outcome) => `${endpoint}: ${outcome}`),
  );
}
