import { err, ok } from '@ambit/scope-catalog';
import type { Result } from '@ambit/scope-catalog';
import type { AuditPlace } from '../audit/ports.ts';
import type { Page } from '../page.ts';
import type { RevocationPlace } from '../revocation/ports.ts';
import { closed, INTEGER, listOf } from './json-schema.ts';
import type { JsonSchema } from './json-schema.ts';
import type { ProblemOf } from './problem.ts';

/** What a caller asks of a list. */
export interface PageQuery {
  readonly limit: number;
  readonly cursor?: string;
}

/** The query parameters of every list. */
export const PAGE_QUERY = {
  'limit?': {
    type: 'integer',
    minimum: 1,
    maximum: 500,
    default: 100,
    description: 'the most items of one page',
  },
  'cursor?': {
    type: 'string',
    pattern: '^[A-Za-z0-9_-]{1,1024}$',
    description: '`next` of the page before',
  },
} as const satisfies Readonly<Record<string, JsonSchema>>;

/** The answer of every list: `next` is there as long as there is more. */
export const pageOf = (items: JsonSchema): JsonSchema =>
  closed({
    items: listOf(items),
    total: { ...INTEGER, description: 'how many there are in all' },
    'uncounted?': {
      type: 'boolean',
      description: 'there may be more than `total`, and nobody has counted them',
    },
    'next?': { type: 'string', description: '`cursor` of the next page; absent on the last' },
  });

/** One page as it goes over the wire. */
export interface WirePage extends Page<unknown> {
  readonly next?: string;
}

/**
 * Makes a page of what was asked for with one item more than the page holds, so that the last page says that it is
 * the last and no list is ever cut short in silence.
 */
export function toPage<T>(
  { items, ...counts }: Page<T>,
  limit: number,
  keyOf: (item: T) => CursorKinds[keyof CursorKinds],
  toWire: (item: T) => unknown,
): WirePage {
  const shown = items.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(toWire),
    ...counts,
    ...(items.length > limit && last !== undefined ? { next: encodeCursor(keyOf(last)) } : {}),
  };
}

/** A page of a list that is in memory as a whole. */
export function pageOfAll<T>(
  all: readonly T[],
  query: PageQuery,
  keyOf: (item: T) => string,
  toWire: (item: T) => unknown,
): Result<WirePage, ProblemOf<'request.malformed'>> {
  const cursor = decodeCursor(query.cursor, 'string');
  if (!cursor.ok) return cursor;
  const found = all.findIndex((item) => keyOf(item) === cursor.value);
  if (cursor.value !== undefined && found === -1) return badCursor;
  const items = all.slice(found + 1, found + 2 + query.limit);
  return ok(toPage({ items, total: all.length }, query.limit, keyOf, toWire));
}

/** What a page can begin after: a name, a number, or a place in the list of revocation rules or in the audit log. */
interface CursorKinds {
  readonly string: string;
  readonly number: number;
  readonly revocation: RevocationPlace;
  readonly audit: AuditPlace;
}

const IS_KIND: { readonly [K in keyof CursorKinds]: (key: unknown) => boolean } = {
  string: (key) => typeof key === 'string',
  number: (key) => Number.isSafeInteger(key),
  revocation: (key) => {
    const { revision, id } = members(key);
    return Number.isSafeInteger(revision) && typeof id === 'string';
  },
  audit: (key) => {
    const { time, id } = members(key);
    return Number.isSafeInteger(time) && Number.isSafeInteger(id);
  },
};

const members = (key: unknown): Readonly<Record<string, unknown>> =>
  (key ?? {}) as Readonly<Record<string, unknown>>;

/** Reads the key after which a page begins. */
export function decodeCursor<K extends keyof CursorKinds>(
  cursor: string | undefined,
  kind: K,
): Result<CursorKinds[K] | undefined, ProblemOf<'request.malformed'>> {
  if (cursor === undefined) return ok(undefined);
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return IS_KIND[kind](key) ? ok(key as CursorKinds[K]) : badCursor;
  } catch {
    return badCursor;
  }
}

const encodeCursor = (key: CursorKinds[keyof CursorKinds]): string =>
  Buffer.from(JSON.stringify(key)).toString('base64url');

const badCursor = err({
  code: 'request.malformed',
  part: 'query',
  errors: [{ path: '/cursor', message: 'is not the `next` of a page' }],
} as const);
