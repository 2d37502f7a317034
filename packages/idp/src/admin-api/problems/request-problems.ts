import { quote } from './problem-entry.ts';
import type { ProblemsOf } from './problem-entry.ts';

/** What is wrong with a request, with whoever makes it, or with the moment. */
export const REQUEST_PROBLEMS: ProblemsOf<'auth' | 'request' | 'server' | 'actor' | 'audit'> = {
  'auth.missing': {
    status: 401,
    title: 'Not authenticated',
    detail: () => 'the request carries no access token',
    hint: () => 'send `Authorization: Bearer TOKEN` with a token for the admin audience',
  },
  'auth.invalid': {
    status: 401,
    title: 'Token not accepted',
    detail: ({ description }) => description,
    hint: () => 'ask the token endpoint for a new token for the admin audience',
  },
  'auth.limited': {
    status: 429,
    title: 'Too many foreign tokens',
    detail: () => 'too many access tokens that came from this address were not of this issuer',
    hint: ({ retryAfterSeconds }) =>
      `ask the token endpoint for a new token, and try again in ${String(retryAfterSeconds)} s`,
  },
  'auth.insufficient_scope': {
    status: 403,
    title: 'Insufficient scope',
    detail: ({ scope }) =>
      `this needs the scope ${quote(scope)}, which the access token does not carry live`,
    hint: () => 'ask for a token with that scope, or an admin for a role that grants it',
  },
  'request.malformed': {
    status: 400,
    title: 'Malformed request',
    detail: ({ part, errors }) =>
      `the ${part} does not fit: ${errors
        .slice(0, 3)
        .map(({ path, message }) => (path === '' ? message : `${quote(path)} ${message}`))
        .join('; ')}`,
  },
  'request.not_json': {
    status: 400,
    title: 'Malformed JSON',
    detail: () => 'the body is not JSON in UTF-8',
  },
  'request.media_type': {
    status: 415,
    title: 'Unsupported media type',
    detail: () => 'the body must be `application/json`, not compressed',
  },
  'request.too_large': {
    status: 413,
    title: 'Body too large',
    detail: ({ limit }) => `the body may be at most ${String(limit)} bytes`,
  },
  'request.not_found': {
    status: 404,
    title: 'No such resource',
    detail: () => 'nothing is here',
    hint: () => 'the routes are listed at /admin/v1/openapi.json',
  },
  'request.method': {
    status: 405,
    title: 'Method not allowed',
    detail: ({ allow }) => `this takes ${allow.join(', ')}`,
  },
  'request.precondition': {
    status: 412,
    title: 'Precondition failed',
    detail: () => 'the `If-Match` field does not name a current state of what is to be changed',
    hint: () => 'send the `ETag` of the resource as it came, or leave the field out',
  },
  'request.limited': {
    status: 429,
    title: 'Too many requests',
    detail: ({ limit, windowSeconds }) =>
      `this client may make ${String(limit)} requests in ${String(windowSeconds)} s`,
    hint: ({ retryAfterSeconds }) => `try again in ${String(retryAfterSeconds)} s`,
  },
  'server.error': {
    status: 500,
    title: 'Internal error',
    detail: () => 'something went wrong; quote the request id',
  },
  'server.unavailable': {
    status: 503,
    title: 'Unavailable',
    detail: () => 'the store cannot be read or written for now; `/health/ready` says why',
  },
  'audit.not_found': {
    status: 404,
    title: 'No such record',
    detail: ({ id }) => `there is no record ${quote(id)} in the audit log`,
    hint: () => 'records that are older than the log is kept have been dropped',
  },
  'audit.verifying': {
    status: 409,
    title: 'Already verifying',
    detail: () =>
      'the audit log is being verified, and one verification takes all the processor there is',
    hint: () => 'try again when it is done',
  },
  'audit.no_address': {
    status: 422,
    title: 'No address',
    detail: () =>
      'what was given is no network address, and no record holds it; nothing was erased',
    hint: () =>
      'give the address as records show it: in counted refusals an IPv6 address is its /64',
  },
  'actor.not_live': {
    status: 403,
    title: 'Client disabled',
    detail: ({ clientId }) => `the client ${quote(clientId)} is disabled or deleted`,
  },
  'actor.scope_missing': {
    status: 403,
    title: 'Insufficient scope',
    detail: ({ scope }) => `this needs the scope ${quote(scope)} too, live`,
    hint: () => 'ask for a token with that scope, or an admin for a role that grants it',
  },
};
