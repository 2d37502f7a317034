import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { until } from '../../../../test/support/until.ts';
import { SHOP } from '../support/catalogs.ts';
import { clientNamed, startOidc } from '../support/oidc-harness.ts';
import type { OidcHarness } from '../support/oidc-harness.ts';

const BODY = 'grant_type=client_credentials&client_id=viewer&client_secret=viewer-secret';

const warned = jest.spyOn(console, 'warn');
afterAll(() => {
  warned.mockRestore();
});

describe.each([true, false])('whoever hangs up, the narrow path being there: %j,', (narrowPath) => {
  let server: OidcHarness;
  beforeAll(async () => {
    const viewer = clientNamed('viewer', { assignments: [{ role: 'viewer' }] });
    server = await startOidc(SHOP, [viewer], undefined, { narrowPath });
  });
  afterAll(() => server.close());

  test.each([
    ['in the middle of the body', BODY.length + 1],
    ['before there is an answer', BODY.length],
  ])('%s, brings nothing into the log but one request', async (_when, length) => {
    const held = Promise.withResolvers<undefined>();
    server.stateHeld = held.promise;
    const before = server.log.length;
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    const head = [
      'POST /oauth2/token HTTP/1.1',
      'Host: localhost',
      'Content-Type: application/x-www-form-urlencoded',
      `Content-Length: ${String(length)}`,
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${BODY}`);
    // Twice another one, so that the server has heard of the end of the first.
    for (const _turn of [1, 2]) await fetch(`${server.url}/nowhere`);
    socket.destroy();
    for (const _turn of [1, 2]) await fetch(`${server.url}/nowhere`);
    held.resolve(undefined);
    const told = () => server.log.slice(before).filter((line) => line.includes('/oauth2/token'));
    await until(() => told().length > 0);
    expect(told()).toHaveLength(1);
    expect(warned).not.toHaveBeenCalled();
  });
});
