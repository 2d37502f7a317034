import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { ENDPOINTS } from '../oauth/endpoints.ts';

/** The endpoints that have a narrow path, by the request target. */
const PLAIN_TARGETS: ReadonlySet<string | undefined> = new Set([
  ENDPOINTS.token,
  ENDPOINTS.introspection,
]);

/** A form, in the one encoding that a form has; compared without spaces and in small letters. */
const PLAIN_TYPES: ReadonlySet<string> = new Set([
  'application/x-www-form-urlencoded',
  'application/x-www-form-urlencoded;charset=utf-8',
]);

/** What a longer body is about is not plain. */
const BODY_MAX_LENGTH = 20_000;

/** Headers that make another case of a request, whatever they say. */
const TURNING = ['dpop', 'transfer-encoding', 'content-encoding', 'expect', 'upgrade'] as const;

/**
 * Whether the head of a request is that of a plain one: a short form, posted to an endpoint that has a narrow path, by
 * somebody who names the host, shows neither a DPoP proof nor a client certificate and takes plain JSON.
 */
export function isPlainHead({ method, url, headers, socket }: IncomingMessage): boolean {
  if (method !== 'POST' || !PLAIN_TARGETS.has(url)) return false;
  const { host, 'content-type': type } = headers;
  if (host === undefined) return false;
  if (type === undefined || !PLAIN_TYPES.has(type.replaceAll(' ', '').toLowerCase())) return false;
  const length = headers['content-length'];
  if (length === undefined || !(Number(length) <= BODY_MAX_LENGTH)) return false;
  if (TURNING.some((name) => headers[name] !== undefined)) return false;
  return takesJson(headers.accept) && !showsCertificate(socket as Partial<TLSSocket>);
}

/** A signed answer of introspection (RFC 9701 §4) is asked for by its type, or by saying that JSON is less welcome. */
const takesJson = (accept: string | undefined): boolean =>
  accept === undefined || !/jwt|q *=/i.test(accept);

const showsCertificate = (socket: Partial<TLSSocket>): boolean =>
  socket.getPeerX509Certificate?.() !== undefined;
