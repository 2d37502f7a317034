import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { drillDisk } from './support/disk-drill.ts';
import type { DiskFigures } from './support/disk-drill.ts';
import { mountSmallDisk } from './support/small-disk.ts';

const disk = mountSmallDisk(80);
if (typeof disk === 'string') console.warn(`skipped: ${disk}`);

/** The short form of `npm run drill:disk`. */
(typeof disk === 'string' ? describe.skip : describe)('a disk that is full', () => {
  let figures: DiskFigures;

  beforeAll(async () => {
    if (typeof disk !== 'string') figures = await drillDisk(disk, { measured: 0 });
  });
  afterAll(async () => {
    if (typeof disk !== 'string') await disk.remove();
  });
  const answers = (kind: string): number => figures.answers[kind] ?? 0;

  test('is told by the health of the server, which lives', () => {
    expect(figures.reason).toBe('the audit log cannot be written: no space is left on the disk');
    expect([figures.live, figures.reasonAfterStart]).toEqual([200, figures.reason]);
  });

  test('stops every token, and says so', () => {
    expect(answers('token 503')).toBeGreaterThan(0);
    expect(answers('token 200')).toBeLessThanOrEqual(2); // on their way while it was filled
  });

  test('stops no introspection, whichever way the resource server proves who it is', () => {
    const statuses = Object.entries(figures.answers)
      .filter(([kind, count]) => kind.startsWith('introspection') && count > 0)
      .map(([kind]) => kind);
    expect(statuses).toEqual(['introspection 200']);
  });

  test('stops no revocation, by a client or by an administrator, nor that a client is disabled', () => {
    expect(answers('revocation 200')).toBeGreaterThan(0);
    expect([answers('revocation 503'), answers('change 503')]).toEqual([0, 0]);
    expect(figures.commands).toEqual({
      'admin: token revoke': '0',
      'admin: client disable victim-of-admin': '0',
      'responder: token revoke --client victim-of-admin': '0',
      'responder: client disable victim-of-responder': '0',
      'admin: client create newcomer': expect.stringMatching(/^1 /),
    });
    expect(figures.besideAHog).toBe(10);
  });

  test('leaves nothing half done, and no token active that was revoked', () => {
    expect(figures.wrong).toEqual([]);
    expect([figures.unrecorded, figures.broken]).toEqual([[], []]);
  });

  test('is over as soon as there is room again, and the log tells what it has come to', () => {
    expect(figures.resumed).toEqual([
      { cause: 'full', since: expect.any(String), ...counted(figures.resumed[0]) },
    ]);
  });
});

/** What a stall came to; something, since there was load. */
function counted(resumed: unknown): { readonly refused: number; readonly unrecorded: number } {
  const { refused, unrecorded } = resumed as { refused: number; unrecorded: number };
  expect(unrecorded).toBeGreaterThan(0);
  return { refused, unrecorded };
}
