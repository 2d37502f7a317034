import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { drillLockOut } from './support/lock-out-drill.ts';
import type { LockOutFigures } from './support/lock-out-drill.ts';
import { startServer } from './support/server.ts';
import type { TestServer } from './support/server.ts';

/** The short form of `npm run drill:lock-out`. */
const PLAN = { rounds: 2, requests: 40, attackers: 3, pauseMs: 0, addresses: 200 };

describe('somebody who fails as a known client, from many addresses and from its own', () => {
  let server: TestServer;
  let figures: LockOutFigures;

  beforeAll(async () => {
    server = await startServer({ env: { AMBIT_TRUST_PROXY: '127.0.0.1' } });
    figures = await drillLockOut(server, PLAN);
  });
  afterAll(() => server.remove());

  test('keeps that client from nothing', () => {
    const all = PLAN.rounds * PLAN.requests;
    expect(figures.attacked).toMatchObject({ requests: all, succeeded: all });
    expect(figures.quiet).toMatchObject({ requests: all, succeeded: all });
    expect(figures.busy).toMatchObject({ requests: all, succeeded: all });
  });

  test('is refused each time, and told to wait after a few', () => {
    expect(Object.keys(figures.attack).sort()).toEqual(['401', '429']);
  });
});
