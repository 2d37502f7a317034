import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { drillClock } from './support/clock-drill.ts';
import type { ClockFigures } from './support/clock-drill.ts';
import { createFakeClock } from './support/fake-clock.ts';
import { startServer } from './support/server.ts';
import type { TestServer } from './support/server.ts';

const clock = createFakeClock();
if (typeof clock === 'string') console.warn(`skipped: ${clock}`);

/** The short form of `npm run drill:clock`. */
(typeof clock === 'string' ? describe.skip : describe)('a clock that is set under load', () => {
  let server: TestServer;
  let figures: ClockFigures;

  beforeAll(async () => {
    if (typeof clock === 'string') return;
    server = await startServer({ env: { ...clock.env, AMBIT_JWKS_MAX_AGE: '1' } });
    figures = await drillClock(server, clock, { offsets: [300, -300, 0] });
  });
  afterAll(async () => {
    await server.remove();
    if (typeof clock !== 'string') clock.remove();
  });

  test('brings no revoked token back, and takes no other away', () => {
    expect(figures.wrong).toEqual([]);
    expect(figures.revoked).toBeGreaterThan(0);
  });

  test('gives tokens the times of the server, and their whole life', () => {
    expect(figures.insane).toEqual([]);
    expect(figures.received).toBeGreaterThan(0);
  });

  test('leaves a log that is whole, and a listing by time that shows all of it', () => {
    expect([figures.broken, figures.unrecorded, figures.unlisted]).toEqual([[], [], []]);
  });

  test('leaves every algorithm its active and its next key', () => {
    expect(figures.keyless).toEqual([]);
    expect(figures.rotations).toBeGreaterThan(0);
  });
});
