import type { Route } from '../../packages/idp/src/admin-api/route.ts';

/** One field of a header; names may repeat. */
export type Field = readonly [name: string, value: string];

/** A request as it is to go over the wire. All texts are bytes, one character each (latin1). */
export interface FuzzRequest {
  /** What it is for: the row of the figures it counts in. */
  readonly endpoint: string;
  /** What is wrong with it on purpose; `none` for a request that should be fine. */
  readonly flaw: string;
  readonly method: string;
  readonly target: string;
  readonly fields: readonly Field[];
  readonly body?: string;
  /** Sends the body in chunks instead of with its length. */
  readonly chunked?: true;
  /** Sends the head first and the body a moment later, in two parts. */
  readonly inParts?: true;
  /** The whole of what is sent, where it is none of the above: it may be no HTTP at all. */
  readonly raw?: string;
  /** Whether the sender hangs up in the middle; then no answer is due. */
  readonly breaksOff?: true;
  /** Texts that no answer may repeat: credentials of any kind. */
  readonly secrets: readonly string[];
  /** The row of the route table it is for. */
  readonly route?: Route;
  /** Whether whoever sends it has no right to what it asks for. */
  readonly unauthorised?: true;
  /** Whether an issuer that cannot be reached would have to vouch for it: then 503 is right. */
  readonly unreachable?: true;
  /** The access token or client that it comes with, to be told when that has died. */
  readonly comesWith?: { readonly token?: string; readonly client?: string };
}

/** The bytes of a request. */
export function toBytes(request: FuzzRequest, host: string): Buffer {
  const { method, target, fields, body, raw } = request;
  if (raw !== undefined) return Buffer.from(raw, 'latin1');
  const head = [
    `${method} ${target} HTTP/1.1`,
    `Host: ${host}`,
    ...fields.map(([name, value]) => `${name}: ${value}`),
    ...(request.chunked ? ['Transfer-Encoding: chunked'] : []),
    ...(request.chunked || body === undefined ? [] : [`Content-Length: ${String(body.length)}`]),
  ].join('\r\n');
  const sent = request.chunked ? inChunks(body ?? '') : (body ?? '');
  return Buffer.from(`${head}\r\n\r\n${sent}`, 'latin1');
}

const CHUNK = 4096;

/** A body in chunks (RFC 9112 §7.1), the first of a single byte. */
function inChunks(body: string): string {
  const cuts = [0, 1];
  for (let cut = CHUNK; cut < body.length; cut += CHUNK) cuts.push(cut);
  const chunks = cuts.map((cut, index) => body.slice(cut, cuts[index + 1] ?? body.length));
  return [...chunks.filter((chunk) => chunk !== ''), '']
    .map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`)
    .join('');
}

/** A text of any characters as the bytes of its UTF-8. */
export const utf8 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
