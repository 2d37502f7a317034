import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { drillLock } from './support/lock-drill.ts';
import type { LockFigures } from './support/lock-drill.ts';
import { startServer } from './support/server.ts';
import type { TestServer } from './support/server.ts';

/** The short form of `npm run drill:lock`. */
describe('a database that another process holds', () => {
  let server: TestServer;
  let figures: LockFigures;

  beforeAll(async () => {
    server = await startServer();
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
});
