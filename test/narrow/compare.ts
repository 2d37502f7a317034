import { isDeepStrictEqual } from 'node:util';
import type { AuditEntry } from '../../packages/idp/src/audit/record.ts';
import type { OidcHarness } from '../../packages/idp/test/support/oidc-harness.ts';
import { fieldOf } from '../fuzz/connections.ts';
import type { Answer, Silence } from '../fuzz/connections.ts';

type Members = Readonly<Record<string, unknown>>;

/** Everything that one road has made of a request, but for what differs from one request to the next. */
export interface Outcome {
  readonly status: number | string;
  readonly fields: readonly (readonly [string, string])[];
  readonly body: unknown;
  readonly records: readonly unknown[];
  readonly log: readonly unknown[];
}

/** What is of one request alone: ids, the seconds until a limit is over, and the length of a text that holds them. */
const OWN_FIELDS: ReadonlySet<string> = new Set(['date', 'x-request-id', 'content-length']);
const masked = (text: string): string =>
  text.replaceAll(/\bt=\d+|\bin \d+ s\b|request-\d+/g, '#').replace(/^\d+$/, '#');

/** Reads what a server has made of a request, from its answer, its records and its log. */
export function outcomeOf(server: OidcHarness, answer: Answer | Silence): Outcome {
  if ('silent' in answer) {
    return { status: answer.silent, fields: [], body: '', records: [], log: [] };
  }
  const id = fieldOf(answer, 'x-request-id');
  const records = server.records.flatMap((record, index) =>
    record.requestId === id ? [{ ...ownless(record), proven: server.proven[index] }] : [],
  );
  const lines = server.log.map((line) => JSON.parse(line) as Members);
  return {
    status: answer.status,
    fields: answer.fields
      .filter(([name]) => !OWN_FIELDS.has(name))
      .map(([name, value]) => [name, masked(value)] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
    body: readBody(answer.body),
    records,
    log: lines.filter((line) => line['request_id'] === id).map(ownlessLine),
  };
}

/** The first part of an outcome that is not the same on both roads. */
export const difference = (one: Outcome, other: Outcome): keyof Outcome | undefined =>
  (['status', 'fields', 'body', 'records', 'log'] as const).find(
    (part) => !isDeepStrictEqual(one[part], other[part]),
  );

function ownless({ requestId: _id, durationMicros, jti, detail, ...record }: AuditEntry): Members {
  return {
    ...record,
    timed: durationMicros !== undefined,
    jti: record.event === 'token.issued' ? typeof jti : jti,
    ...(detail === undefined ? {} : { detail: masked(detail) }),
  };
}

/** What a line tells, but for the stack of an error: it says which road it came by. */
function ownlessLine(line: Members): Members {
  const { time: _time, request_id: _id, duration_ms: took, error, ...rest } = line;
  const { stack: _stack, ...known } = (error ?? {}) as Members;
  return { ...rest, timed: took !== undefined, error: known };
}

function readBody(text: string): unknown {
  const jwt = readJwt(text);
  if (jwt) return jwt;
  let body;
  try {
    body = JSON.parse(text) as Members;
  } catch {
    return masked(text);
  }
  const token = body['access_token'];
  const description = body['error_description'];
  return {
    ...body,
    ...(typeof token === 'string' ? { access_token: readJwt(token) } : {}),
    ...(typeof description === 'string' ? { error_description: masked(description) } : {}),
    ...(Array.isArray(body['scope_errors'])
      ? { scope_errors: masked(JSON.stringify(body['scope_errors'])) }
      : {}),
  };
}

/** Header and claims of a JWT, but for its `jti`; a signed introspection is made in the second that it is asked for. */
function readJwt(text: string): unknown {
  const [header = '', claims = '', signature = '', ...more] = text.split('.');
  if (!header.startsWith('ey') || signature === '' || more.length > 0) return undefined;
  const decode = (part: string): Members =>
    JSON.parse(Buffer.from(part, 'base64url').toString()) as Members;
  const { jti, iat, ...rest } = decode(claims);
  return {
    header: decode(header),
    claims: { ...rest, jti: typeof jti, iat: 'token_introspection' in rest ? typeof iat : iat },
    signature: signature.length,
  };
}
