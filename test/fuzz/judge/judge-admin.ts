import { PROBLEMS } from '../../../packages/idp/src/admin-api/problems.ts';
import type { ProblemCode } from '../../../packages/idp/src/admin-api/problem.ts';
import { problemsOf } from '../../../packages/idp/src/admin-api/route.ts';
import type { Route } from '../../../packages/idp/src/admin-api/route.ts';
import { SCHEMAS } from '../../../packages/idp/src/admin-api/schemas.ts';
import { createValidatorFactory } from '../../../packages/idp/src/admin-api/validator.ts';
import type { Validator } from '../../../packages/idp/src/admin-api/validator.ts';
import { fieldOf } from '../connections.ts';
import type { Answer } from '../connections.ts';
import type { FuzzRequest } from '../request.ts';

const validators = createValidatorFactory(SCHEMAS);
const isProblem = validators.strict(SCHEMAS.Problem);
const answers = new Map<Route, ReadonlyMap<number, Validator | undefined>>();

/** Checks for what a route has declared of its answers, made once. */
function declaredBy(route: Route): ReadonlyMap<number, Validator | undefined> {
  const known = answers.get(route);
  if (known) return known;
  const made = new Map(
    Object.entries(route.answers).map(([status, { schema }]) => [
      Number(status),
      schema && validators.strict(schema),
    ]),
  );
  answers.set(route, made);
  return made;
}

const UNROUTED = ['request.not_found', 'request.method'];

/** What an answer of the admin API breaks: it is one that the route has declared, to the last member. */
export function judgeAdmin(request: FuzzRequest, route: Route, answer: Answer): string[] {
  const { status, body } = answer;
  const type = fieldOf(answer, 'content-type') ?? '';
  if (status === 204) return declaredBy(route).has(204) ? [] : ['204 is not declared'];
  if (type.startsWith('application/x-ndjson') && status === 200 && route.answers[200]?.lines) {
    const lines = Buffer.from(body, 'latin1').toString().split('\n').filter(Boolean);
    return lines.flatMap((line) => judgeSuccess(route, status, JSON.parse(line)));
  }
  if (!/^application\/(?:problem\+)?json/.test(type)) return [`${String(status)} as ${type}`];
  const told: unknown = JSON.parse(Buffer.from(body, 'latin1').toString());
  return status < 300
    ? judgeSuccess(route, status, told)
    : judgeProblem(request, route, answer, told as Readonly<Record<string, unknown>>);
}

function judgeSuccess(route: Route, status: number, told: unknown): string[] {
  const declared = declaredBy(route);
  if (!declared.has(status)) return [`${String(status)} is not declared`];
  const faults = declared.get(status)?.(told) ?? [];
  return faults.slice(0, 3).map(({ path, message }) => `the answer at ${path} ${message}`);
}

function judgeProblem(
  { flaw, route: asked, method }: FuzzRequest,
  route: Route,
  answer: Answer,
  told: Readonly<Record<string, unknown>>,
): string[] {
  const { status } = answer;
  const code = String(told['code']) as ProblemCode;
  const entry = Object.hasOwn(PROBLEMS, code) ? PROBLEMS[code] : undefined;
  const elsewhere = method !== asked?.method || flaw.includes('path') || flaw.includes('place');
  const declared =
    [...problemsOf(route)].includes(code) || (elsewhere && (UNROUTED.includes(code) || entry));
  const problemFaults = isProblem(structuredClone(told));
  return [
    ...(fieldOf(answer, 'content-type') === 'application/problem+json; charset=utf-8' ||
    fieldOf(answer, 'content-type') === 'application/problem+json'
      ? []
      : [`a problem as ${fieldOf(answer, 'content-type') ?? ''}`]),
    ...problemFaults.map(({ path, message }) => `the problem at ${path} ${message}`),
    ...(entry && entry.status === status && told['status'] === status
      ? []
      : [`${String(status)} for ${code}`]),
    ...(declared ? [] : [`${code} is not declared`]),
    ...(told['type'] === `urn:ambit:problem:${code}` ? [] : ['the type is not that of the code']),
    ...(told['request_id'] === fieldOf(answer, 'x-request-id') ? [] : ['another request id']),
  ];
}
