import { createHash } from 'node:crypto';
import { err, ok } from '@ambit/scope-catalog';
import type { Result } from '@ambit/scope-catalog';
import type { Context, Middleware } from 'koa';
import type { Actor } from '../actor.ts';
import type { RequestLimit } from '../limits/request-limit.ts';
import { isStoreUnavailable } from '../storage.ts';
import { createAdmission } from './admission.ts';
import { answerProblem } from './answer-problem.ts';
import { findCredential } from './find-credential.ts';
import type { JsonSchema } from './json-schema.ts';
import type { Authenticate } from './ports.ts';
import type { Problem, ProblemCode } from './problem.ts';
import { readJsonBody } from './read-body.ts';
import { problemsOf } from './route.ts';
import type { Answer, AnswerLines, Route, RouteRequest } from './route.ts';
import type { AdminServices } from './services.ts';
import type { SchemaFault, Validator, ValidatorFactory } from './validator.ts';
import { LINES_TYPE, writeLines } from './write-lines.ts';

/** The most bytes of a body where a route says nothing else. */
export const BODY_LIMIT = 64 * 1024;

/** What runs the routes. */
export interface EngineOptions {
  readonly services: AdminServices;
  readonly authenticate: Authenticate;
  /** Counts the requests of whoever is authenticated. */
  readonly requests: RequestLimit;
  readonly validators: ValidatorFactory;
  /** Is told of what should never happen: the cause of a 500. */
  readonly onError: (error: unknown, ctx: Context) => void;
  /** Is told of an answer that a route did not declare. Checking takes time, so it is for tests, which let it throw. */
  readonly onUndeclared?: (route: Route, what: string) => void;
}

/**
 * Makes the middleware of one route: who asks, whether they ask too often, whether they may, whether the request is
 * sound, what the route says to it. The checks run in this order, so that nobody learns about a schema, or takes up memory, who may not use it.
 */
export function serveRoute(route: Route, options: EngineOptions): Middleware {
  const { services, authenticate, requests, validators, onError, onUndeclared } = options;
  const admit = createAdmission({ authenticate, requests, audit: services.audit });
  const declared = new Set<ProblemCode>(problemsOf(route));
  const check = {
    params: route.params && validators.strict(route.params),
    query: validators.coercing(route.query ?? NO_QUERY),
    body: route.body && validators.strict(route.body),
  };
  const answerChecks = new Map(
    Object.entries(route.answers).map(([status, { schema }]) => [
      Number(status),
      schema && validators.strict(schema),
    ]),
  );

  const attempt = async (ctx: Context): Promise<Result<Answer, Problem>> => {
    const actor =
      route.scope === 'none'
        ? ok(NOBODY)
        : await admit(ctx, { scope: route.scope, event: route.event });
    if (!actor.ok) return actor;
    const request = await readRequest(ctx, actor.value);
    return request.ok ? route.handle(request.value, services) : request;
  };

  const readRequest = async (
    ctx: Context,
    actor: Actor,
  ): Promise<Result<RouteRequest<never, never, never>, Problem>> => {
    const params = { ...(ctx as unknown as { params?: Record<string, string> }).params };
    const badPath = faultsOf('path', route.params, check.params, params);
    if (badPath) return badPath;
    const query = readQuery(ctx);
    const badQuery = query.ok ? faultsOf('query', route.query, check.query, query.value) : query;
    if (badQuery) return badQuery;
    const precondition = readIfMatch(ctx, route);
    if (!precondition.ok) return precondition;
    let body: unknown;
    if (check.body !== undefined) {
      const read = await readJsonBody(ctx, route.bodyLimit ?? BODY_LIMIT);
      if (!read.ok) return read;
      body = read.value === undefined && route.bodyOptional ? {} : read.value;
      const badBody = faultsOf('body', route.body, check.body, body);
      if (badBody) return badBody;
    }
    return ok({
      params: params as never,
      query: (query.ok ? query.value : {}) as never,
      body: body as never,
      actor,
      expectedRevision: precondition.value,
    });
  };

  return async (ctx) => {
    ctx.set('Cache-Control', 'no-store');
    let result: Result<Answer, Problem>;
    try {
      result = await attempt(ctx);
    } catch (error) {
      onError(error, ctx);
      result = err({ code: isStoreUnavailable(error) ? 'server.unavailable' : 'server.error' });
    }
    if (onUndeclared) holdToWord(route, result, onUndeclared);
    if (!result.ok) {
      answerProblem(ctx, result.error);
      return;
    }
    const { status, lines } = result.value;
    if (lines) answerLines(ctx, status, lines);
    else answer(ctx, route, result.value);
  };

  /** Answers by a stream. What goes wrong once it has begun can only be shown by breaking it off. */
  function answerLines(ctx: Context, status: Answer['status'], lines: AnswerLines): void {
    const stream = writeLines(onUndeclared ? held(status, lines) : lines);
    stream.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') onError(error, ctx);
    });
    ctx.status = status;
    ctx.body = stream;
    ctx.type = LINES_TYPE;
  }

  /** The lines of an answer, each of which must be one that the route has declared. */
  function held(status: Answer['status'], { portions, toLines }: AnswerLines): AnswerLines {
    const check = answerChecks.get(status);
    return {
      portions,
      toLines(portion) {
        const lines = toLines(portion);
        for (const line of lines) {
          const faults = check?.(JSON.parse(JSON.stringify(line))) ?? [];
          if (faults.length > 0) {
            onUndeclared?.(route, `line ${JSON.stringify(faults.slice(0, 5))}`);
          }
        }
        return lines;
      },
    };
  }

  /** Whether an answer is one that the route has declared. */
  function holdToWord(
    { answers }: Route,
    result: Result<Answer, Problem>,
    report: NonNullable<EngineOptions['onUndeclared']>,
  ): void {
    if (!result.ok) {
      if (!declared.has(result.error.code)) report(route, `problem ${result.error.code}`);
      return;
    }
    const { status, body, lines } = result.value;
    const answered = answers[status];
    if (answered === undefined) report(route, `status ${String(status)}`);
    if ((lines === undefined) !== (answered?.lines === undefined)) report(route, 'lines');
    if (lines) return;
    const wire: unknown = body === undefined ? undefined : JSON.parse(JSON.stringify(body));
    const faults = answerChecks.get(status)?.(wire) ?? [];
    if (faults.length > 0) report(route, `body ${JSON.stringify(faults.slice(0, 5))}`);
  }
}

const NO_QUERY = { type: 'object', additionalProperties: false } as const;

/** Whoever asks for what everybody may see. */
const NOBODY: Actor = {
  principal: { clientId: '', enabled: false, assignments: [] },
  scopes: new Set(),
  request: { id: '' },
};

type Malformed = Result<never, Extract<Problem, { code: 'request.malformed' }>>;

const malformed = (part: 'path' | 'query' | 'body', errors: readonly SchemaFault[]): Malformed =>
  err({ code: 'request.malformed', part, errors: errors.slice(0, 20) });

/** What keeps a part of a request from being taken: its schema, or a credential where none belongs. */
function faultsOf(
  part: 'path' | 'query' | 'body',
  schema: JsonSchema | undefined,
  check: Validator | undefined,
  value: unknown,
): Malformed | undefined {
  const faults = check?.(value) ?? [];
  if (faults.length > 0) return malformed(part, faults);
  const credential = findCredential(schema, value);
  return credential && malformed(part, [credential]);
}

/** Reads the query; a parameter given twice could mean either, so it means neither. */
function readQuery(ctx: Context): Result<Record<string, unknown>, Problem> {
  const query = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(ctx.querystring)) {
    if (query.has(name)) {
      return malformed('query', [{ path: `/${name.slice(0, 64)}`, message: 'is given twice' }]);
    }
    query.set(name, value);
  }
  return ok(Object.fromEntries(query));
}

/**
 * Reads the revision in `If-Match` (RFC 9110 §13.1.1). A value that is none, or one that the route could not check,
 * fails the precondition: ignoring it would be to change what the caller wanted left alone.
 */
function readIfMatch(ctx: Context, route: Route): Result<number | undefined, Problem> {
  const field = ctx.get('If-Match').trim();
  if (route.method === 'GET' || field === '' || field === '*') return ok(undefined);
  const revision = /^"(\d{1,15})"$/.exec(field)?.[1];
  return revision === undefined || !route.ifMatch
    ? err({ code: 'request.precondition' })
    : ok(Number(revision));
}

function answer(ctx: Context, route: Route, { status, etag, body }: Answer): void {
  if (body === undefined) {
    ctx.body = null;
    ctx.status = status;
    return;
  }
  const wire = JSON.stringify(body);
  if (route.etag) {
    const tag = etag ?? createHash('sha256').update(wire).digest('base64url').slice(0, 27);
    ctx.set('ETag', `"${tag}"`);
  }
  ctx.status = status;
  ctx.body = wire;
  ctx.type = 'application/json';
}
