import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { newAuthority } from '../../../../test/support/certificates.ts';
import { createFetchDocument } from '../../src/federation/fetch-document.ts';
import type { FetchSettings } from '../../src/federation/fetch-document.ts';
import type { ResolveAll } from '../../src/federation/guarded-lookup.ts';
import { startIssuer } from '../support/external-issuer.ts';
import type { ExternalIssuer } from '../support/external-issuer.ts';

let issuer: ExternalIssuer;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterEach(() => {
  delete issuer.answer;
});
afterAll(() => issuer.close());

const PRIVATE: FetchSettings = { allowPrivate: true };
const PUBLIC: FetchSettings = { allowPrivate: false };
const at =
  (...addresses: string[]): ResolveAll =>
  (_name, _options, done) => {
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
async function codeOf(url: string, settings: FetchSettings): Promise<string> {
  const fetched = await createFetchDocument(settings)(url);
  return fetched.ok ? 'fetched' : fetched.error.code;
}
const port = () => new URL(issuer.url).port;

describe('what is asked', () => {
  test('a loopback issuer only where private ones are allowed', async () => {
    expect(await codeOf(`${issuer.url}/jwks`, PRIVATE)).toBe('fetched');
    expect(await codeOf(`${issuer.url}/jwks`, PUBLIC)).toBe('federation.url_refused');
  });

  test.each([
    'http://issuer.example/jwks',
    'ftp://issuer.example/jwks',
    'file:///etc/passwd',
    'https://user:secret@issuer.example/jwks',
    'https://127.0.0.1/jwks',
    'https://0x7f.1/jwks',
    'https://2130706433/jwks',
    'https://[::1]/jwks',
    'https://[::ffff:127.0.0.1]/jwks',
    'https://169.254.169.254/latest/meta-data',
    'no URL',
  ])('`%s` is refused without a word to anybody', async (url) => {
    expect(await codeOf(url, PUBLIC)).toBe('federation.url_refused');
  });

  test.each([
    ['loopback', ['127.0.0.1']],
    ['loopback in IPv6 clothes', ['::ffff:127.0.0.1']],
    ['a private address among public ones', ['140.82.121.6', '10.0.0.1']],
    ['this very host', ['0.0.0.0']],
  ])('a public name that resolves to %s when connected to is refused', async (_what, addresses) => {
    const settings = { ...PUBLIC, resolve: at(...addresses) };
    expect(await codeOf(`https://issuer.example:${port()}/jwks`, settings)).toBe(
      'federation.url_refused',
    );
  });

  test('even where private issuers are allowed, nobody is asked over http in public, or at no address at all', async () => {
    const url = `http://issuer.example:${port()}/jwks`;
    expect(await codeOf(url, { ...PRIVATE, resolve: at('140.82.121.6') })).toBe(
      'federation.url_refused',
    );
    expect(await codeOf(url, { ...PRIVATE, resolve: at('0.0.0.0') })).toBe(
      'federation.url_refused',
    );
    expect(await codeOf(url, { ...PRIVATE, resolve: at('127.0.0.1') })).toBe('fetched');
  });
});

describe('what is read', () => {
  test.each([
    ['a redirect to a private address', 302, { location: 'http://169.254.169.254/' }, '{}'],
    ['a redirect to its own place', 301, { location: '/jwks' }, '{}'],
    ['an error', 500, {}, '{}'],
    ['no JSON', 200, {}, 'keys'],
    ['JSON that is no object', 200, {}, '[]'],
    ['a member twice', 200, {}, '{"keys":[],"key\\u0073":[]}'],
    ['no UTF-8', 200, {}, Buffer.from([0x7b, 0xff, 0x7d])],
    ['too much', 200, {}, JSON.stringify({ keys: 'x'.repeat(256 * 1024) })],
  ])('%s is refused', async (_what, status, headers, body) => {
    issuer.answer = (_request, response) => {
      response.writeHead(status, headers).end(body);
      return true;
    };
    expect(await codeOf(`${issuer.url}/jwks`, PRIVATE)).toBe('federation.answer_refused');
  });

  test('an endless answer is cut off at its limit', async () => {
    let sent = 0;
    issuer.answer = (_request, response) => {
      const chunk = Buffer.alloc(64 * 1024, ' ');
      const more = (): void => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length;
      };
      response.on('drain', more);
      more();
      return true;
    };
    expect(await codeOf(`${issuer.url}/jwks`, PRIVATE)).toBe('federation.answer_refused');
    expect(sent).toBeLessThan(64 * 1024 * 1024);
  });

  test.each([
    ['says nothing', () => true],
    [
      'stops in the middle',
      (_request: unknown, response: ServerResponse) => {
        response.write('{');
        return true;
      },
    ],
    [
      'stops in the middle, having said all there is to be understood',
      (_request: unknown, response: ServerResponse) => {
        response.socket?.write('HTTP/1.1 200 OK\r\n\r\n{}');
        return true;
      },
    ],
    [
      'would rather speak another protocol',
      (_request: unknown, response: ServerResponse) => {
        response.socket?.write(
          'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: jwks\r\n\r\n',
        );
        return true;
      },
    ],
  ])('an issuer that %s is given up on', async (_what, answer) => {
    issuer.answer = answer;
    expect(await codeOf(`${issuer.url}/jwks`, { ...PRIVATE, timeoutMs: 100 })).toBe(
      'federation.unreachable',
    );
  });

  test.each([
    [{ 'cache-control': 'public, max-age=600' }, 600],
    [{ 'cache-control': 'public, max-age=600', age: '100' }, 500],
    [{ 'cache-control': 'no-store' }, 0],
    [{ expires: '0' }, 0],
    [{ date: 'Sun, 06 Nov 1994 08:49:37 GMT', expires: 'Sun, 06 Nov 1994 08:59:37 GMT' }, 600],
    [{}, undefined],
  ] as const)(
    '[RFC 9111 §4.2.1] headers %j let one keep it for %s seconds',
    async (headers, seconds) => {
      issuer.answer = (_request, response) => {
        response.writeHead(200, headers).end('{}');
        return true;
      };
      const fetched = await createFetchDocument(PRIVATE)(`${issuer.url}/jwks`);
      expect(fetched.ok && fetched.value.maxAgeSeconds).toBe(seconds);
    },
  );
});

test('a private issuer is trusted by the authority that is named, and by no other', async () => {
  const [authority, other] = [await newAuthority(), await newAuthority()];
  const { cert, key } = await authority.issue('CN=issuer', [
    { type: 'dns', value: 'issuer.internal' },
  ]);
  const server = createServer({ cert, key }, (_request, response) => response.end('{}'));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `https://issuer.internal:${(server.address() as AddressInfo).port}/jwks`;
  const settings = { ...PRIVATE, resolve: at('127.0.0.1') };
  expect(await codeOf(url, { ...settings, ca: authority.cert })).toBe('fetched');
  expect(await codeOf(url, { ...settings, ca: other.cert })).toBe('federation.unreachable');
  expect(await codeOf(url, settings)).toBe('federation.unreachable');
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});
