import { bodyOf, malformed, problemOf } from './problem.ts';
import { createPatience, reaching, unreachable } from './reach.ts';
import type { Fetch } from './reach.ts';
import { createTokenSource } from './token-source.ts';
import type { Credentials } from './token-source.ts';

/** A list. Its `total` exceeds the items only where no more were asked for. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
  /** Whether there may be more than `total`, which nobody has counted. */
  readonly uncounted?: true;
}

/** Values of query parameters; absent ones are left out. */
export type Query = Readonly<Record<string, string | number | undefined>>;

/** What a request carries, and the right it needs. */
export interface RequestOptions {
  /** Scopes of the admin API the request needs. */
  readonly needs: readonly string[];
  readonly query?: Query;
  readonly body?: unknown;
  /** Changes only what still carries this ETag (RFC 9110 §13.1.1); otherwise a problem of status 412. */
  readonly ifMatch?: string;
}

/** What a list is asked with. */
export interface ListOptions extends RequestOptions {
  /** At least 1. */
  readonly most?: number;
}

interface WirePage<T> extends Page<T> {
  readonly next?: string;
}

/** Methods of the admin API. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** An authenticated road to one issuer's admin API. */
export interface Connection {
  /** The answer's body. */
  request<T>(method: Method, path: string, options: RequestOptions): Promise<T>;
  /** The same with the answer's ETag, where it has one. */
  requestTagged<T>(
    method: Method,
    path: string,
    options: RequestOptions,
  ): Promise<{ readonly value: T; readonly etag?: string }>;
  /**
   * A whole list: every page is read, until the server names no next one. With `most`, its beginning; `total` then
   * says how many there are.
   */
  list<T>(path: string, options: ListOptions): Promise<Page<T>>;
  /**
   * An answer that comes line by line, each of them JSON, as it comes. It may take as long as it likes, if only something
   * comes every now and then; one that breaks off is `Unreachable`.
   */
  lines<T>(method: Method, path: string, options: RequestOptions): AsyncIterable<T>;
}

/** Whether the server takes the token for none; by 429, when it has taken too many from this address for that. */
const asksForToken = ({ status, headers }: Response): boolean =>
  status === 401 || (status === 429 && headers.has('www-authenticate'));

/** The most a page may hold; lists are read in as few requests as the server allows. */
const PAGE_LIMIT = 500;

/**
 * Connects to the admin API of the issuer at `url`; nothing is sent before the first request.
 *
 * A 401, or a 429 that asks for a token, is answered once by a new one, since the one held may have been revoked
 * meanwhile. Answers other than
 * success are {@link ApiProblem}, none at all is `Unreachable`. Neither ever carries a secret or a token.
 */
export function createConnection(options: {
  readonly url: URL;
  readonly credentials: Credentials;
  readonly fetch: Fetch;
  readonly now: () => number;
}): Connection {
  const tokens = createTokenSource(options);
  const fetch = reaching(options.fetch);

  async function send(
    method: Method,
    path: string,
    asked: RequestOptions,
    signal?: AbortSignal,
  ): Promise<Response> {
    const url = new URL(`/admin/v1${path}`, options.url);
    for (const [name, value] of Object.entries(asked.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const headers: Record<string, string> = {
      accept: 'application/json',
      authorization: `Bearer ${await tokens.token(asked.needs)}`,
    };
    if (asked.body !== undefined) headers['content-type'] = 'application/json';
    if (asked.ifMatch !== undefined) headers['if-match'] = asked.ifMatch;
    return fetch(url, {
      method,
      headers,
      redirect: 'manual',
      ...(signal === undefined ? {} : { signal }),
      ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
    });
  }

  /** A successful answer. */
  async function answerOf(
    ...asked: [method: Method, path: string, asked: RequestOptions, signal?: AbortSignal]
  ): Promise<Response> {
    let response = await send(...asked);
    if (asksForToken(response)) {
      await response.body?.cancel();
      tokens.forget();
      response = await send(...asked);
    }
    if (!response.ok) throw await problemOf(response);
    return response;
  }

  async function requestTagged<T>(method: Method, path: string, asked: RequestOptions) {
    const response = await answerOf(method, path, asked);
    const etag = response.headers.get('etag');
    const value = (response.status === 204 ? undefined : await bodyOf(response, options.url)) as T;
    return { value, ...(etag === null ? {} : { etag }) };
  }

  const request = async <T>(method: Method, path: string, asked: RequestOptions): Promise<T> =>
    (await requestTagged<T>(method, path, asked)).value;

  async function* lines<T>(method: Method, path: string, asked: RequestOptions): AsyncGenerator<T> {
    const patience = createPatience();
    try {
      const { body, status } = await answerOf(method, path, asked, patience.signal);
      if (body === null) return;
      for await (const line of splitLines(body, options.url, patience.renew)) {
        if (line === '') continue;
        yield parseLine(line, status) as T;
      }
    } finally {
      patience.end();
    }
  }

  return {
    request,
    requestTagged,
    lines,
    async list<T>(path: string, { most = Infinity, ...asked }: ListOptions) {
      const items: T[] = [];
      const seen = new Set<string>();
      for (let cursor: string | undefined; ;) {
        const limit = Math.min(PAGE_LIMIT, most - items.length);
        const page = await request<WirePage<T>>('GET', path, {
          ...asked,
          query: { ...asked.query, limit, cursor },
        });
        items.push(...page.items);
        cursor = page.next;
        if (cursor === undefined) return { items, total: items.length };
        if (items.length >= most) {
          const { total, uncounted } = page;
          return {
            items: items.slice(0, most),
            total: Math.max(total, items.length),
            ...(uncounted ? { uncounted } : {}),
          };
        }
        if (seen.has(cursor)) throw malformed(200, `the pages of \`${path}\` go round in a circle`);
        seen.add(cursor);
      }
    },
  };
}

/** The lines of a body as they come; the last one must be ended too, or the body was broken off. */
async function* splitLines(
  body: ReadableStream<Uint8Array>,
  url: URL,
  onChunk: () => void,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw unreachable(url, error);
      });
      if (done) break;
      onChunk();
      const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
    if (rest !== '') throw unreachable(url, new Error('the answer was broken off'));
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function parseLine(line: string, status: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw malformed(status, 'the server answered with something other than JSON');
  }
}
