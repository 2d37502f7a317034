import { beforeAll, describe, expect, test } from '@jest/globals';
import { compareRoads } from './narrow/run.ts';
import type { RoadFigures } from './narrow/run.ts';
import { shortfalls } from './narrow/shares.ts';

/** The short form of `npm run drill:narrow`. */
const REQUESTS = 4000;
const DEAD_MAN_MS = 300_000;

describe('generated requests, down both roads', () => {
  let figures: RoadFigures;
  beforeAll(async () => {
    figures = await compareRoads({ seed: 2, from: 0, requests: REQUESTS });
  }, DEAD_MAN_MS);

  test('get the same answer, claims, derivations, audit records and log lines on either', () => {
    expect(figures.differences).toEqual([]);
  });

  test('take the narrow path often, and often not', () => {
    const narrow = Object.values(figures.narrow).reduce((sum, count) => sum + count, 0);
    expect(narrow).toBeGreaterThan(REQUESTS / 5);
    expect(narrow).toBeLessThan((REQUESTS * 3) / 4);
  });

  test('are given all kinds of tokens by the narrow path, exchanges of every depth among them', () => {
    expect(shortfalls(figures)).toEqual([]);
  });

  test.each([
    ['/oauth2/token', [200, 400, 401, 405, 429, 503]],
    ['/oauth2/introspect', [200, 400, 401, 405, 429]],
  ])('are answered by %s with each of %j', (endpoint, statuses) => {
    for (const status of statuses) {
      expect(figures.statuses).toHaveProperty([`${endpoint} ${String(status)}`]);
    }
  });

  test.each([
    'token.issued granted',
    'token.exchanged granted',
    'token.introspected granted',
    'token.limited refused temporarily_unavailable',
    'token.refused refused invalid_request',
    'token.refused refused invalid_scope',
    'token.refused refused invalid_target',
    'token.refused refused invalid_client',
    'token.refused refused invalid_dpop_proof',
    'token.introspected refused expired',
    'token.introspected refused revoked',
    'token.introspected refused no_live_scope',
    'token.introspected refused not_the_callers',
    'token.introspected refused underived',
  ])('come to `%s` among others', (event) => {
    expect(figures.events).toHaveProperty([event]);
  });
});
