import { beforeAll, describe, expect, test } from '@jest/globals';
import { drillKill } from './support/kill-drill.ts';
import type { KillFigures } from './support/kill-drill.ts';

/** The short form of `npm run drill:kill`. */
const KILLS = 3;
const SEED = 7;

describe('a server that is killed under load, at any moment, and started again', () => {
  let figures: KillFigures;

  beforeAll(async () => {
    figures = await drillKill({ kills: KILLS, seed: SEED });
  });

  test('has every token that a client received in the log', () => {
    expect(figures.unrecorded).toEqual([]);
    expect(figures.received).toBeGreaterThan(KILLS);
  });

  test('has lost no revocation and no change that was acknowledged', () => {
    expect([figures.wrong, figures.forgotten]).toEqual([[], []]);
    expect(figures.revoked).toBeGreaterThan(0);
  });

  test('has a log whose chain holds', () => {
    expect(figures.broken).toEqual([]);
    expect(figures.records).toBeGreaterThan(figures.received);
  });
});
