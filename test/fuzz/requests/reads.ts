import type { Dice } from '../dice.ts';
import { escaped, oddText, word } from '../grammar/texts.ts';
import type { FuzzRequest } from '../request.ts';
import type { Endpoint } from './endpoint.ts';
import { METHODS, oddFields } from './odd-fields.ts';

const FLAWS = ['another method', 'an odd query', 'odd fields', 'a body'] as const;

const read = (path: string): Endpoint => ({
  name: `GET ${path}`,
  flaws: FLAWS,
  make(dice, _world, flaw) {
    const others = METHODS.filter((method) => method !== 'GET');
    const query = `?${escaped(dice, oddText(dice))}=${escaped(dice, oddText(dice))}&__proto__=1`;
    return {
      endpoint: `GET ${path}`,
      flaw,
      method: flaw === 'another method' ? dice.pick(others) : 'GET',
      target: path + (flaw === 'an odd query' ? query : ''),
      fields: flaw === 'odd fields' ? oddFields(dice) : [],
      ...(flaw === 'a body' ? { body: oddText(dice).replaceAll(/[^\0-\xff]/g, '?') } : {}),
      secrets: [],
    };
  },
});

/** What everybody may read. */
export const READ_ENDPOINTS: readonly Endpoint[] = [
  read('/oauth2/jwks'),
  read('/.well-known/openid-configuration'),
  read('/.well-known/oauth-authorization-server'),
  read('/health/live'),
  read('/health/ready'),
];

/** Metrics, for whoever may read them. */
export const METRICS_ENDPOINT: Endpoint = {
  name: 'GET /metrics',
  flaws: ['another method', 'odd fields'],
  make(dice, world, flaw) {
    const request = read('/metrics').make(dice, world, flaw);
    const token = world.adminTokens.get(dice.pick(['ambit-metrics', 'ambit-viewer']))?.value;
    const bearer = token === undefined ? [] : [['Authorization', `Bearer ${token}`] as const];
    const secrets = token === undefined ? [] : [token];
    return { ...request, fields: [...request.fields, ...bearer], secrets };
  },
};

const PATHS = [
  '/',
  '/auth',
  '/me',
  '/reg',
  '/session/end',
  '/oauth2',
  '/oauth2/',
  '/oauth2/authorize',
  '/oauth2/token/',
  '/oauth2/jwks.json',
  '/OAUTH2/TOKEN',
  '/.well-known/jwks.json',
  '/.well-known/openid-configuration/x',
  '/.well-known/../oauth2/token',
  '/health',
  '/health/live/',
  '/favicon.ico',
  '/robots.txt',
  '/.git/config',
  '/.env',
  '/admin',
  '/admin/v1',
  '/admin/v1/',
  '/admin/v2/clients',
  '/admin/v1/clients/',
  '/admin//v1/clients',
  '/admin/v1/clients/a/b/c/d',
  '/oauth2/%74oken',
  '/admin/v1/%63lients',
  '/%',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/\\evil',
] as const;

/** Targets that are no path of anything here, and forms of a target that few send (RFC 9112 §3.2). */
export const UNKNOWN_ENDPOINT: Endpoint = {
  name: 'unknown paths',
  flaws: ['an odd path', 'an odd segment', 'an absolute target', 'no path', 'another method'],
  make(dice, world, flaw) {
    const known = ['/oauth2/token', '/oauth2/jwks', '/admin/v1/whoami', '/health/live'];
    const targets: Readonly<Record<string, () => string>> = {
      none: () => `/${word(dice)}`,
      'an odd path': () => dice.pick(PATHS),
      'an odd segment': () => `/${word(dice, 3)}/${escaped(dice, oddText(dice))}`,
      'an absolute target': () =>
        `${dice.pick(['http://evil.example', 'https://a:b@evil.example:1', 'x://', world.issuer])}${dice.pick(known)}`,
      'no path': () => dice.pick(['*', 'http://', '//', '//evil.example', 'a://']),
      'another method': () => dice.pick([...PATHS, ...known]),
    };
    const method = flaw === 'another method' ? dice.pick(METHODS) : dice.pick(['GET', 'POST']);
    const target = targets[flaw]?.() ?? '/';
    return { ...bare('unknown paths', flaw), method, target };
  },
};

const bare = (endpoint: string, flaw: string): FuzzRequest => ({
  endpoint,
  flaw,
  method: 'GET',
  target: '/',
  fields: [],
  secrets: [],
});

const CLOSE = 'Host: x\r\nConnection: close\r\n';
const FORM = 'Content-Type: application/x-www-form-urlencoded\r\n';

/** Bytes that only look like HTTP, and HTTP that contradicts itself. */
const RAW: Readonly<Record<string, (dice: Dice, path: string) => string>> = {
  'no host': (_dice, path) => `GET ${path} HTTP/1.1\r\nConnection: close\r\n\r\n`,
  'two hosts': (_dice, path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n${CLOSE}\r\n`,
  'an odd host': (dice, path) =>
    `GET ${path} HTTP/1.1\r\nHost: ${dice.pick(['', '\xff', 'a b', ':0', '[::1', '..', 'x'.repeat(300)])}\r\nConnection: close\r\n\r\n`,
  'two lengths': (_dice, path) =>
    `POST ${path} HTTP/1.1\r\n${CLOSE}${FORM}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
  'a length and chunks': (_dice, path) =>
    `POST ${path} HTTP/1.1\r\n${CLOSE}${FORM}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  'an odd length': (dice, path) =>
    `POST ${path} HTTP/1.1\r\n${CLOSE}${FORM}Content-Length: ${dice.pick(['-1', '1e3', '0x1', '+1', '', '99999999999999999999', '1, 1'])}\r\n\r\na`,
  'an odd transfer coding': (dice, path) =>
    `POST ${path} HTTP/1.1\r\n${CLOSE}${FORM}Transfer-Encoding: ${dice.pick(['gzip', 'chunked, chunked', 'identity', '\x0bchunked', 'xchunked'])}\r\n\r\n0\r\n\r\n`,
  'an odd chunk': (dice, path) =>
    `POST ${path} HTTP/1.1\r\n${CLOSE}${FORM}Transfer-Encoding: chunked\r\n\r\n${dice.pick(['z\r\na\r\n', '-1\r\n', 'ffffffffffffffff\r\na', '1;x=y\r\nab', '1\na\n', '0\r\nX: y\r\n\r\n'])}`,
  'an odd field': (dice, path) =>
    `GET ${path} HTTP/1.1\r\n${CLOSE}${dice.pick(['no colon', ': no name', 'a b: c', 'X: a\0b', 'X: a\r\n folded', 'X\xff: y', `X: ${'y'.repeat(20_000)}`])}\r\n\r\n`,
  'many fields': (dice, path) =>
    `GET ${path} HTTP/1.1\r\n${CLOSE}${`X-${word(dice, 2)}: y\r\n`.repeat(dice.pick([500, 1500, 3000]))}\r\n`,
  'an odd request line': (dice, path) =>
    `${dice.pick([`GET ${path}`, `GET ${path} HTTP/9.9`, `BREW ${path} HTTP/1.1`, `get ${path} HTTP/1.1`, `GET  ${path} HTTP/1.1`, `GET ${path} x HTTP/1.1`, '\x16\x03\x01\x02\0\x01', 'PRI * HTTP/2.0', `GET /${'a'.repeat(70_000)} HTTP/1.1`, `GET ${path}\xff\0 HTTP/1.1`, 'GET # HTTP/1.1', 'GET ? HTTP/1.1', 'GET  HTTP/1.1', 'GET x HTTP/1.1', 'GET @ HTTP/1.1'])}\r\n${CLOSE}\r\n`,
  'HTTP/1.0': (_dice, path) => `GET ${path} HTTP/1.0\r\n\r\n`,
  'an expectation': (dice, path) =>
    `POST ${path} HTTP/1.1\r\n${CLOSE}${FORM}Expect: ${dice.pick(['100-continue', 'nonsense'])}\r\nContent-Length: 1\r\n\r\na`,
  'an upgrade': (dice, path) =>
    `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: ${dice.pick(['websocket', 'h2c'])}\r\n\r\n`,
  'an end before its time': (dice, path) =>
    `POST ${path} HTTP/1.1\r\n${CLOSE}${FORM}Content-Length: 500\r\n\r\n${'a'.repeat(dice.below(499))}`,
  'an end in the head': (dice, path) =>
    `POST ${path} HTTP/1.1\r\nHost: x\r\n`.slice(0, 1 + dice.below(40)),
  'a connect': () => `CONNECT evil.example:443 HTTP/1.1\r\n${CLOSE}\r\n`,
};

const BREAKS_OFF = ['an end before its time', 'an end in the head', 'an odd chunk'];

/** HTTP that is broken, over a connection of its own each time. */
export const RAW_ENDPOINT: Endpoint = {
  name: 'broken HTTP',
  flaws: Object.keys(RAW),
  make(dice, _world, flaw) {
    const path = dice.pick(['/oauth2/token', '/oauth2/jwks', '/admin/v1/clients', '/health/live']);
    const sound = `GET ${path} HTTP/1.1\r\n${CLOSE}\r\n`;
    return {
      ...bare('broken HTTP', flaw),
      target: path,
      raw: RAW[flaw]?.(dice, path) ?? sound,
      ...(BREAKS_OFF.includes(flaw) ? { breaksOff: true } : {}),
    };
  },
};
