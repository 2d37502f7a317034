import type { Result } from '@ambit/scope-catalog';
import type { Actor } from '../actor.ts';
import type { AuditEvent } from '../audit/events.ts';
import type { ActorRefusal } from '../change.ts';
import type { JsonSchema } from './json-schema.ts';
import type { ProblemCode, ProblemOf } from './problem.ts';
import type { AdminServices } from './services.ts';

/** The methods that routes are asked by. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a route is given, once everything about the request has been found sound. */
export interface RouteRequest<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly actor: Actor;
  /** The revision that `If-Match` names. */
  readonly expectedRevision: number | undefined;
}

/** JSON values, one a line, that go out as they come (`application/x-ndjson`). */
export interface AnswerLines {
  readonly portions: AsyncIterable<unknown>;
  readonly toLines: (portion: never) => readonly object[];
}

/** Lines from whatever comes in portions. */
export const linesOf = <P>(
  portions: AsyncIterable<P>,
  toLines: (portion: P) => readonly object[],
): AnswerLines => ({ portions, toLines });

/** What a route answers when all goes well. */
export interface Answer {
  readonly status: 200 | 201 | 204;
  readonly body?: unknown;
  /** In place of a body. */
  readonly lines?: AnswerLines;
  /** Without the quotes; by default a digest of the body where the route carries one. */
  readonly etag?: string;
}

/** One success answer as it is declared. */
export interface DeclaredAnswer {
  readonly description: string;
  /** Absent when there is no body. */
  readonly schema?: JsonSchema;
  /** Whether the body is a stream of lines, each of which is of the schema. */
  readonly lines?: true;
}

/** What is declared about a route, apart from what it does. */
export interface RouteFacts {
  readonly method: Method;
  /** With parameters in braces, below `/admin/v1`. */
  readonly path: string;
  /** What it does, in one line. */
  readonly summary: string;
  /** The scope it takes; `any` live token of the admin audience; or `none`, for everybody. */
  readonly scope: `ambit.${string}:${string}` | 'any' | 'none';
  readonly params?: JsonSchema;
  readonly query?: JsonSchema;
  readonly body?: JsonSchema;
  /** Whether the body may be left out. */
  readonly bodyOptional?: true;
  /** In bytes; 64 KiB by default. */
  readonly bodyLimit?: number;
  /** Whether its answer carries an `ETag`. */
  readonly etag?: true;
  /** Whether it heeds a revision in `If-Match`. */
  readonly ifMatch?: true;
  /** How the audit log names what it does. */
  readonly event?: AuditEvent;
  readonly answers: Readonly<Partial<Record<Answer['status'], DeclaredAnswer>>>;
}

/** One row of the table the admin API is made of. */
export interface Route extends RouteFacts {
  /** What it can answer instead, besides what every route of its kind can: see {@link problemsOf}. */
  readonly problems: readonly ProblemCode[];
  readonly handle: (
    request: RouteRequest<never, never, never>,
    services: AdminServices,
  ) => Promise<Result<Answer, ProblemOf<ProblemCode>>>;
}

/** What the engine declares for a route by its kind. */
type Automatic = 'request.malformed' | ActorRefusal['code'];

/**
 * Makes a route. The compiler holds it to its word: a problem its services can give and it does not declare is a type
 * error.
 */
export const defineRoute =
  <Params = object, Query = object, Body = unknown>() =>
  <const C extends ProblemCode = never>(
    route: RouteFacts & {
      readonly problems?: readonly C[];
      readonly handle: (
        request: RouteRequest<Params, Query, Body>,
        services: AdminServices,
      ) => Promise<Result<Answer, ProblemOf<C | Automatic>>>;
    },
  ): Route => ({ ...route, problems: route.problems ?? [] });

/** Every problem a route can answer, by what kind of route it is and by what it declares itself. */
export function problemsOf(route: Route): readonly ProblemCode[] {
  return [
    ...(route.scope === 'none'
      ? []
      : (['auth.missing', 'auth.invalid', 'auth.limited', 'request.limited'] as const)),
    ...(route.scope.includes(':') ? (['auth.insufficient_scope'] as const) : []),
    'request.malformed', // a query, at least, that the route does not take
    ...(route.body === undefined
      ? []
      : (['request.not_json', 'request.media_type', 'request.too_large'] as const)),
    ...(route.method === 'GET' ? [] : (['request.precondition'] as const)),
    ...(route.event === undefined ? [] : (['actor.not_live', 'actor.scope_missing'] as const)),
    ...route.problems,
    'server.error',
    'server.unavailable',
  ];
}
