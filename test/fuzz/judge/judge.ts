import { fieldOf } from '../connections.ts';
import type { Answer, Silence } from '../connections.ts';
import type { FuzzRequest } from '../request.ts';
import { judgeAdmin } from './judge-admin.ts';
import { judgeOAuth } from './judge-oauth.ts';
import { findEcho } from './find-echo.ts';

/** What an answer broke of what is promised: one sentence each. */
export type Broken = string;

const STACK =
  /node_modules|\.[cm]?[jt]s:\d+|\bat \S+ \(|SQLITE_|better-sqlite3|knex|\[object Object\]/;
const OAUTH = /^(?:POST \/oauth2\/|GET \/oauth2\/|GET \/\.well-known\/)/;

/**
 * Holds an answer to what every answer of the server promises:
 *
 * 1. There is one, whole and alone, unless the sender broke off or did not speak HTTP.
 * 2. It is no fault of the server's: no 5xx, but 503 where nobody can reach an issuer.
 * 3. It tells nothing of the inside, and repeats no secret.
 * 4. Whoever has no right to it gets no success.
 * 5. It is fit for where it comes from: an OAuth answer, one of the admin API, or a problem where nothing is.
 */
export function judge(request: FuzzRequest, answer: Answer | Silence): Broken[] {
  if ('silent' in answer) return judgeSilence(request, answer);
  const broken: Broken[] = [];
  const { status, body, surplus } = answer;
  const whole = JSON.stringify(answer.fields) + body;
  if (surplus > 0) broken.push(`${String(surplus)} bytes came behind the answer`);
  if (status >= 500 && !isOutOfReach(request, answer)) broken.push(`status ${String(status)}`);
  if (STACK.test(whole)) broken.push('the inside of the server is told');
  const echoed = findEcho(request.secrets, whole);
  if (echoed !== undefined) broken.push(`a secret is repeated: ${echoed.slice(0, 24)}…`);
  if (request.unauthorised && status < 300) broken.push(`${String(status)} for the unauthorised`);
  if (request.raw !== undefined) return broken;
  return [...broken, ...judgeHeaders(answer), ...judgeByPlace(request, answer)];
}

function judgeSilence({ raw, breaksOff }: FuzzRequest, { silent }: Silence): Broken[] {
  const fine = breaksOff === true || (raw !== undefined && silent !== 'no answer in time');
  return fine ? [] : [`no answer: ${silent}`];
}

const isOutOfReach = ({ unreachable }: FuzzRequest, answer: Answer): boolean =>
  unreachable === true &&
  answer.status === 503 &&
  answer.body.includes('temporarily_unavailable') &&
  fieldOf(answer, 'retry-after') !== undefined;

function judgeHeaders(answer: Answer): Broken[] {
  const forbidden = ['x-powered-by', 'set-cookie', 'server', 'location'].filter(
    (name) => fieldOf(answer, name) !== undefined,
  );
  const foreign = answer.fields.filter(([name]) => name.startsWith('access-control-'));
  return [
    ...forbidden.map((name) => `the field ${name} is there`),
    ...foreign.map(([name]) => `the field ${name} is there`),
    ...(fieldOf(answer, 'x-content-type-options') === 'nosniff' ? [] : ['no nosniff']),
    ...(fieldOf(answer, 'cache-control') === undefined ? ['no Cache-Control'] : []),
    ...(/^[\w-]{8,64}$/.test(fieldOf(answer, 'x-request-id') ?? '') ? [] : ['no request id']),
    ...(answer.status === 401 && fieldOf(answer, 'www-authenticate') === undefined
      ? ['401 without a challenge (RFC 9110 §15.5.2)']
      : []),
    ...(answer.status === 405 && fieldOf(answer, 'allow') === undefined
      ? ['405 without Allow (RFC 9110 §15.5.6)']
      : []),
    ...(answer.status === 429 && fieldOf(answer, 'retry-after') === undefined
      ? ['429 without Retry-After']
      : []),
  ];
}

function judgeByPlace(request: FuzzRequest, answer: Answer): Broken[] {
  if (request.method === 'HEAD') return answer.body === '' ? [] : ['HEAD with a body'];
  if (answer.status === 431) return judgeNowhere(answer); // no endpoint has seen it
  if (request.route) return judgeAdmin(request, request.route, answer);
  if (OAUTH.test(request.endpoint)) return judgeOAuth(answer);
  if (request.endpoint === 'unknown paths') return judgeNowhere(answer);
  return [];
}

/** Where nothing is, a problem says so (RFC 9457 §4.2.1). */
function judgeNowhere({ status, fields, body }: Answer): Broken[] {
  if (status < 300 || status === 401 || status === 405) return [];
  const type = fieldOf({ fields }, 'content-type') ?? '';
  if (!type.includes('json')) return [`${String(status)} as ${type}`];
  const told = JSON.parse(body) as { status?: number; error?: string };
  return told.status === status || told.error !== undefined ? [] : ['the status is told wrong'];
}
