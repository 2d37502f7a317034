import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { drillRotation } from './support/rotation-drill.ts';
import type { RotationFigures } from './support/rotation-drill.ts';
import { startServer } from './support/server.ts';
import type { TestServer } from './support/server.ts';

/** The short form of `npm run drill:rotation`. */
const ROTATIONS = 4;

describe('rotating the signing keys under continuous load', () => {
  let server: TestServer;
  let figures: RotationFigures;

  beforeAll(async () => {
    server = await startServer({ env: { AMBIT_JWKS_MAX_AGE: '1' } });
    figures = await drillRotation(server, ROTATIONS);
  });
  afterAll(() => server.remove());

  test('fails no request', () => {
    expect(figures.failed).toEqual([]);
    expect(figures.requests).toBeGreaterThan(100);
  });

  test('never shows a resource server that caches the JWKS by its headers a token it cannot verify', () => {
    expect(figures.unverifiable).toEqual([]);
    expect(figures.verifications).toBeGreaterThan(100);
  });

  test('puts a new key to work each time, and what the old ones signed stays valid', () => {
    const algs = 3;
    expect(figures.rotations).toBe(ROTATIONS);
    expect(figures.signers).toBeGreaterThanOrEqual(algs * ROTATIONS);
    expect(figures.signers).toBeLessThanOrEqual(algs * (ROTATIONS + 1));
  });

  test('waits until every cache can know the next key', () => {
    expect(figures.refusedTooEarly).toBeGreaterThan(0);
  });
});
