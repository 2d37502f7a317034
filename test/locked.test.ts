import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { join } from 'node:path';
import { samplesOf } from '../packages/idp/test/support/metrics.ts';
import { drillLock } from './support/lock-drill.ts';
import type { LockFigures } from './support/lock-drill.ts';
import { requestToken } from './support/oauth.ts';
import type { Credential } from './support/oauth.ts';
import { AMBIT_IDP, run } from './support/processes.ts';
import { startServer } from './support/server.ts';
import type { TestServer } from './support/server.ts';
import { until } from './support/until.ts';

/** The short form of `npm run drill:lock`. */
describe('a database that another process holds', () => {
  let server: TestServer;
  let figures: LockFigures;

  beforeAll(async () => {
    server = await startServer({ env: { AMBIT_MANAGEMENT_LISTEN: '127.0.0.1:0' } });
    figures = await drillLock(server, { mode: 'immediate', heldMs: 2_000 });
  });
  afterAll(() => server.remove());

  test('is told by the health of the server, which lives', () => {
    expect(figures.reason).toBe(
      'the audit log cannot be written: another process holds the database',
    );
    expect(figures.liveMeanwhile).toBe(200);
  });

  test('stops tokens, and no introspection', () => {
    expect(figures.answers['token 503']).toBeGreaterThan(0);
    expect(figures.answers['introspection 200']).toBeGreaterThan(0);
    expect(figures.answers).not.toHaveProperty('introspection 503');
  });

  test('leaves nothing half done', () => {
    expect([figures.wrong, figures.unrecorded, figures.broken]).toEqual([[], [], []]);
  });

  test('is taken up again without a restart, and the log tells what it has come to', () => {
    expect(figures.resumed).toEqual({
      cause: 'locked',
      since: expect.any(String),
      refused: expect.any(Number),
      unrecorded: expect.any(Number),
    });
    expect((figures.resumed as { refused: number }).refused).toBeGreaterThan(0);
  });

  test('is told by the metrics as long as it does, and what that has come to', async () => {
    const port = /"management_port":(\d+)/.exec(server.output().stdout)?.[1] ?? '';
    const read = async () =>
      samplesOf(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text());
    const reader = await server.json<Credential & Record<string, unknown>>([
      ...['client', 'create', 'counted', '--role', 'reader', '--yes'],
    ]);
    const other = new Database(join(server.home, 'ambit.db'));
    other.exec('begin immediate');
    const { status } = await requestToken(server, reader, { scope: 'orders:read' });
    const stalled = await read();
    other.exec('rollback');
    other.close();
    expect(status).toBe(503);
    expect(stalled.get('ambit_audit_stalled{cause="locked"}')).toBe(1);
    expect(stalled.get('ambit_audit_stall_refused')).toBe(1);
    expect(stalled.get('ambit_store_reserve_whole')).toBe(1);
    await until(async () => (await read()).get('ambit_audit_stalled{cause="locked"}') === 0);
    expect((await read()).get('ambit_audit_stall_refused')).toBe(0);
  });

  test('is told in one line by a command that wants to change something', async () => {
    const other = new Database(join(server.home, 'ambit.db'));
    other.exec('begin immediate');
    const env = { AMBIT_HOME: server.home };
    const { code, stderr } = await run(AMBIT_IDP, ['bootstrap', '--reset-admin'], { env });
    other.close();
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^ambit-idp: nothing was changed: .*database is locked.*no other process.*\n$/,
    );
  });
});
