import type { Dice } from '../dice.ts';
import type { Field } from '../request.ts';

/** Fields that nobody asked for, and that may steer a careless server. */
const ODD_FIELDS: readonly Field[] = [
  ['X-Forwarded-For', '10.0.0.1, 192.168.0.1'],
  ['X-Forwarded-For', '\xff\xfe, not an address'],
  ['X-Forwarded-Host', 'evil.example'],
  ['X-Forwarded-Proto', 'https'],
  ['Forwarded', 'for=127.0.0.1;host=evil.example;proto=https'],
  ['X-HTTP-Method-Override', 'DELETE'],
  ['X-Original-URL', '/admin/v1/keys/rotate'],
  ['X-Request-Id', '\x80\x81'],
  ['Origin', 'https://evil.example'],
  ['Origin', 'null'],
  ['Referer', 'https://evil.example/\xff'],
  ['Access-Control-Request-Method', 'POST'],
  ['Cookie', `_session=${'x'.repeat(500)}; __proto__=1`],
  ['Accept', 'text/html, application/xml;q=0.9, */*;q=0.8'],
  ['Accept', '\xff'],
  ['Accept', 'application/token-introspection+jwt'],
  ['Accept-Encoding', 'gzip, br, identity;q=0'],
  ['Accept-Language', '*;q=9'],
  ['Accept-Charset', 'utf-16'],
  ['Range', 'bytes=0-1,5-9'],
  ['If-None-Match', '*'],
  ['If-Modified-Since', 'never'],
  ['If-Match', '"1"'],
  ['Content-Encoding', 'gzip'],
  ['Content-Language', '\xff'],
  ['Content-MD5', 'AAAA'],
  ['Expect', '100-continue'],
  ['Upgrade', 'websocket'],
  ['Upgrade', 'h2c'],
  ['TE', 'trailers'],
  ['Max-Forwards', '0'],
  ['DPoP', 'x'],
  ['OAuth-Client-Attestation', 'eyJhbGciOiJub25lIn0.e30.'],
  ['OAuth-Client-Attestation-PoP', 'x'],
  ['X-SSL-Client-Cert', 'MIIB'],
  ['X-Client-Certificate', '-----BEGIN CERTIFICATE-----'],
  ['User-Agent', '\x80'.repeat(200)],
  ['X', 'y'.repeat(6000)],
  ['constructor', '1'],
  ['__proto__', '1'],
];

/** Between one and five odd fields, the same more than once perhaps. */
export const oddFields = (dice: Dice): Field[] =>
  Array.from({ length: 1 + dice.below(5) }, () => dice.pick(ODD_FIELDS));

/** Types that a body may be said to be of. */
export const ODD_TYPES = [
  '',
  'text/plain',
  'application/json',
  'application/x-www-form-urlencoded',
  'application/x-www-form-urlencoded; charset=utf-16',
  'application/x-www-form-urlencoded; charset=nonsense',
  'application/json; charset=iso-8859-1',
  'application/json; charset="utf-8"; charset=utf-16',
  'application/json5',
  'application/xml',
  'multipart/form-data; boundary=x',
  'multipart/form-data',
  '\xff/\xfe',
  'application/json, text/plain',
  ';;;',
  'a'.repeat(300),
] as const;

/** Methods that none of the endpoints of a path may take. */
export const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'QUERY',
  'M-SEARCH',
] as const;
