import { isDeepStrictEqual } from 'node:util';
import type { AuditEntry } from '../../packages/idp/src/audit/record.ts';
import type { Derivation } from '../../packages/idp/src/delegation/ports.ts';
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
  /** What is kept of an exchange. */
  readonly derivations: readonly unknown[];
  readonly log: readonly unknown[];
}

/** The same, and by which road it came. */
export interface RoadOutcome extends Outcome {
  readonly narrow: boolean;
}

/** What is of one request alone: ids, the seconds until a limit is over, and the length of a text that holds them. */
const OWN_FIELDS: ReadonlySet<string> = new Set(['date', 'x-request-id', 'content-length']);
const masked = (text: string): string =>
  text.replaceAll(/\bt=\d+|\bin \d+ s\b|request-\d+/g, '#').replace(/^\d+$/, '#');

/** Reads what a server has made of a request, from its answer, its records and its log. */
export function outcomeOf(server: OidcHarness, answer: Answer | Silence): RoadOutcome {
  if ('silent' in answer) {
    const nothing = { fields: [], body: '', records: [], derivations: [], log: [] };
    return { status: answer.silent, ...nothing, narrow: false };
  }
  const id = fieldOf(answer, 'x-request-id');
  const own = [...server.records.entries()].filter(([, { requestId }]) => requestId === id);
  const lines = server.log.map((line) => JSON.parse(line) as Members);
  return {
    status: answer.status,
    fields: answer.fields
      .filter(([name]) => !OWN_FIELDS.has(name))
      .map(([name, value]) => [name, masked(value)] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
    body: readBody(answer.body),
    records: own.map(([index, record]) => ({ ...ownless(record), proven: server.proven[index] })),
    derivations: own.map(([, { jti = '' }]) => ownlessDerivation(server.derivations.get(jti))),
    log: lines.filter((line) => line['request_id'] === id).map(ownlessLine),
    narrow: server.narrowIds.has(id ?? ''),
  };
}

/** The first part of an outcome that is not the same on both roads. */
export const difference = (one: Outcome, other: Outcome): keyof Outcome | undefined =>
  (['status', 'fields', 'body', 'records', 'derivations', 'log'] as const).find(
    (part) => !isDeepStrictEqual(one[part], other[part]),
  );

/** Events of which a token of its own comes. */
const GIVING: ReadonlySet<string> = new Set(['token.issued', 'token.exchanged']);

function ownless({ requestId: _id, durationMicros, jti, detail, ...record }: AuditEntry): Members {
  return {
    ...record,
    timed: durationMicros !== undefined,
    jti: GIVING.has(record.event) ? typeof jti : jti,
    ...(detail === undefined ? {} : { detail: masked(detail) }),
  };
}

function ownlessDerivation(derivation: Derivation | undefined): unknown {
  if (derivation === undefined) return undefined;
  const { jti, steps, ...rest } = derivation;
  const own = steps.map((step) => (step.jti === jti ? { ...step, jti: typeof jti } : step));
  return { ...rest, steps: own };
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
    ...(typeof token === 'string'
      ? { access_token: readJwt(token), order: Object.keys(body) }
      : {}),
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
