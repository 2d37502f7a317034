import { describe, expect, test } from '@jest/globals';
import type { Answer } from './connections.ts';
import { judge } from './judge/judge.ts';
import type { FuzzRequest } from './request.ts';
import { ALL_ROUTES } from './requests/admin.ts';

const route = ALL_ROUTES.find(({ method, path }) => method === 'GET' && path === '/clients');
if (!route) throw new Error('there is no such route');

const TOKEN = `eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.${'c2lnbmF0dXJl'.repeat(4)}`;
const asked = { flaw: 'none', method: 'POST', target: '/', fields: [], secrets: [TOKEN] };
const oauth: FuzzRequest = { ...asked, endpoint: 'POST /oauth2/token client_credentials' };
const admin: FuzzRequest = { ...asked, method: 'GET', endpoint: 'GET /clients', route };

const HEAD = {
  'x-request-id': '01a21e5c-0c14',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};
const answered = (status: number, fields: Record<string, string>, body: object): Answer => ({
  status,
  fields: Object.entries({ ...HEAD, ...fields }),
  body: JSON.stringify(body),
  milliseconds: 1,
  surplus: 0,
});

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
const PROBLEM_TYPE = { 'content-type': 'application/problem+json; charset=utf-8' };
const CHALLENGE = { 'www-authenticate': 'Bearer realm="ambit"' };
const REFUSED = { error: 'invalid_scope', error_description: 'the scope is unknown' };
const PROBLEM = {
  type: 'urn:ambit:problem:auth.missing',
  title: 'Not authenticated',
  status: 401,
  detail: 'the request carries no access token',
  code: 'auth.missing',
  request_id: HEAD['x-request-id'],
};
const refused = (changes: object): Answer => answered(400, JSON_TYPE, { ...REFUSED, ...changes });
const problem = (changes: object, fields: Record<string, string> = {}): Answer =>
  answered(401, { ...PROBLEM_TYPE, ...CHALLENGE, ...fields }, { ...PROBLEM, ...changes });

describe('a sound answer breaks nothing:', () => {
  test.each<[string, FuzzRequest, Answer]>([
    ['an OAuth refusal', oauth, refused({})],
    ['an OAuth success', oauth, answered(200, JSON_TYPE, { access_token: 'x' })],
    ['a problem', admin, problem({})],
    ['a page', admin, answered(200, JSON_TYPE, { items: [], total: 0 })],
  ])('%s', (_what, request, answer) => {
    expect(judge(request, answer)).toEqual([]);
  });
});

describe('is found out:', () => {
  test.each<[string, FuzzRequest, Parameters<typeof judge>[1]]>([
    ['no answer', oauth, { silent: 'no answer in time', milliseconds: 1 }],
    ['a connection cut', oauth, { silent: 'hung up on', milliseconds: 1 }],
    ['bytes behind an answer', oauth, { ...refused({}), surplus: 1 }],
    ['500', oauth, answered(500, JSON_TYPE, { error: 'server_error', error_description: 'x' })],
    ['503', oauth, answered(503, JSON_TYPE, { ...REFUSED, error: 'temporarily_unavailable' })],
    ['a stack', oauth, refused({ error_description: 'at find (store/clients.js:12:3)' })],
    ['a token repeated', oauth, refused({ error_description: TOKEN })],
    ['its signature repeated', admin, problem({ detail: TOKEN.split('.')[2] })],
    ['a token repeated in a field', admin, problem({}, { etag: TOKEN })],
    ['a success for a stranger', { ...oauth, unauthorised: true }, answered(200, JSON_TYPE, {})],
    ['401 without a challenge', admin, answered(401, PROBLEM_TYPE, PROBLEM)],
    [
      '405 without Allow',
      oauth,
      answered(405, JSON_TYPE, { ...REFUSED, error: 'invalid_request' }),
    ],
    ['429 without Retry-After', oauth, answered(429, JSON_TYPE, REFUSED)],
    ['an error that nobody registered', oauth, refused({ error: 'oops' })],
    ['an error with another status', oauth, refused({ error: 'invalid_client' })],
    ['a description in other characters', oauth, refused({ error_description: 'é "x"' })],
    ['a refusal without a description', oauth, refused({ error_description: undefined })],
    ['a member that nobody expects', oauth, refused({ error_detail: 'x' })],
    ['a scope refused for no reason', oauth, refused({ scope_errors: [{ scope: 'a' }] })],
    ['a refusal as a page', oauth, answered(400, { 'content-type': 'text/html' }, REFUSED)],
    [
      'a refusal for caches',
      oauth,
      answered(400, { ...JSON_TYPE, 'cache-control': 'public' }, REFUSED),
    ],
    ['a code that nobody declared', admin, problem({ code: 'client.not_found' })],
    ['a code of no table', admin, problem({ code: 'oops', type: 'urn:ambit:problem:oops' })],
    ['another status in the problem', admin, problem({ status: 403 })],
    ['another type than that of the code', admin, problem({ type: 'about:blank' })],
    ['a problem without its id', admin, problem({ request_id: '' })],
    ['a problem with more to say', admin, problem({ cause: 'x' })],
    ['a problem that is no problem+json', admin, problem({}, JSON_TYPE)],
    ['a success that nobody declared', admin, answered(201, JSON_TYPE, { items: [], total: 0 })],
    ['a success of another shape', admin, answered(200, JSON_TYPE, { items: [{}], total: 1 })],
    ['the server by name', oauth, answered(400, { ...JSON_TYPE, server: 'x' }, REFUSED)],
    [
      'a page of another origin let in',
      oauth,
      answered(400, { ...JSON_TYPE, 'access-control-allow-origin': '*' }, REFUSED),
    ],
  ])('%s', (_what, request, answer) => {
    expect(judge(request, answer)).not.toEqual([]);
  });
});
