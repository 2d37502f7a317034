import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decideQuotas, quotasOf, refuseByQuota } from '@ambit/scope-catalog';
import type { CompiledQuota, QuotaWindow, ScopeQuota } from '@ambit/scope-catalog';
import { arbitraryCatalog, arbitraryQuota, CLIENTS, NOW, SCOPES } from '../arbitraries.ts';

/** RFC 6749 §5.2: what `error_description` may hold. */
const ERROR_CHARSET = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
const RUNS = { numRuns: 1000 };

/** Few moments and small counts, so that windows end and limits are met often. */
const arbitraryMoment = fc.constantFrom(NOW - 3_600_000, NOW - 1, NOW, NOW + 1, NOW + 300_000);

/** One quota of each of a few scopes, some with a window open. */
const arbitraryQuotas = fc.uniqueArray(
  fc.record({
    scope: fc.constantFrom(...SCOPES),
    quota: arbitraryQuota.map((quota): CompiledQuota => ({ mode: 'enforce', ...quota })),
    holder: fc.constantFrom(...CLIENTS),
    window: fc.option(
      fc.record({ used: fc.integer({ min: 0, max: 3 }), resetsAt: arbitraryMoment }),
      { nil: undefined },
    ),
  }),
  { maxLength: 5, selector: ({ scope }) => scope },
);

const decide = (
  entries: readonly (ScopeQuota & { window: QuotaWindow | undefined })[],
  now = NOW,
) =>
  decideQuotas(
    entries,
    entries.map(({ window }) => window),
    now,
  );

describe('laws of quotas', () => {
  test('a token is counted in all of its quotas or, when one that is enforced is full, in none', () => {
    fc.assert(
      fc.property(arbitraryQuotas, (entries) => {
        const { granted, counts } = decide(entries);
        const full = entries.filter(
          ({ quota, window }) =>
            quota.mode === 'enforce' &&
            window !== undefined &&
            window.resetsAt > NOW &&
            window.resetsAt <= NOW + quota.windowSeconds * 1000 &&
            window.used >= quota.limit,
        );
        expect(granted).toBe(full.length === 0);
        for (const [index, count] of counts.entries()) {
          const before = entries[index]?.window;
          const open = count.resetsAt === before?.resetsAt ? before.used : 0;
          expect(count.used).toBe(open + (granted ? 1 : 0));
        }
      }),
      RUNS,
    );
  });

  test('what is observed alone refuses nothing, and is known to be exceeded', () => {
    fc.assert(
      fc.property(arbitraryQuotas, (entries) => {
        const observed = entries.map((entry) => ({
          ...entry,
          quota: { ...entry.quota, mode: 'observe' as const },
        }));
        const { granted, counts } = decide(observed);
        expect(granted).toBe(true);
        for (const { exceeded, used, quota } of counts) expect(exceeded).toBe(used > quota.limit);
      }),
      RUNS,
    );
  });

  test('in whatever order and at whatever times tokens come, no window counts more than the limit', () => {
    fc.assert(
      fc.property(
        arbitraryQuota,
        fc.array(fc.integer({ min: 0, max: 2000 }), { maxLength: 60 }),
        (entry, steps) => {
          const quota: CompiledQuota = { ...entry, mode: 'enforce' };
          const granted: number[] = [];
          let window: QuotaWindow | undefined;
          let now = NOW;
          for (const step of steps) {
            now += step;
            const { granted: goes, counts } = decideQuotas(
              [{ scope: 'orders:read', quota, holder: 'web' }],
              [window],
              now,
            );
            if (!goes) continue;
            [window] = counts;
            granted.push(now);
          }
          // From the first token of a window on, at most the limit until it has ended.
          for (let first = 0; first < granted.length;) {
            const end = (granted[first] ?? 0) + quota.windowSeconds * 1000;
            const next = granted.findIndex((at, index) => index > first && at >= end);
            const counted = (next === -1 ? granted.length : next) - first;
            expect(counted).toBeLessThanOrEqual(quota.limit);
            first += counted;
          }
        },
      ),
      RUNS,
    );
  });

  test('a window ends when it says, and one that ends later than it could is not believed', () => {
    const quota: CompiledQuota = {
      limit: 1,
      windowSeconds: 60,
      per: 'client',
      mode: 'enforce',
    };
    const at = (resetsAt: number) =>
      decide([{ scope: 'orders:read', quota, holder: 'web', window: { used: 1, resetsAt } }]);
    expect(at(NOW + 1)).toMatchObject({ granted: false, counts: [{ used: 1, exceeded: true }] });
    expect(at(NOW + 60_000).granted).toBe(false);
    const afresh = { granted: true, counts: [{ used: 1, resetsAt: NOW + 60_000 }] };
    expect(at(NOW)).toMatchObject(afresh);
    expect(at(NOW + 60_001)).toMatchObject(afresh);
  });

  test('a token counts in the quota of each scope that has one, for its client or for its subject', () => {
    fc.assert(
      fc.property(arbitraryCatalog, fc.subarray([...SCOPES]), (catalog, scopes) => {
        const quotas = quotasOf(catalog, { scopes, clientId: 'web', subject: 'worker' });
        expect(quotas.map(({ scope }) => scope)).toEqual(
          scopes.filter((scope) => catalog.scopes.get(scope)?.quota !== undefined),
        );
        for (const { scope, quota, holder } of quotas) {
          expect(quota).toEqual(catalog.scopes.get(scope)?.quota);
          expect(holder).toBe(quota.per === 'client' ? 'web' : 'worker');
        }
      }),
      RUNS,
    );
  });

  test('a refusal tells exactly the enforced quotas that are full, in the character set of RFC 6749, and until when', () => {
    fc.assert(
      fc.property(arbitraryQuotas, (entries) => {
        const { granted, counts } = decide(entries);
        if (granted) return;
        const full = counts.filter(({ exceeded, quota }) => exceeded && quota.mode === 'enforce');
        const refusal = refuseByQuota(counts, NOW);
        expect(refusal.scopeErrors.map(({ scope }) => scope)).toEqual(
          full.map(({ scope }) => scope),
        );
        const last = Math.max(...full.map(({ resetsAt }) => resetsAt));
        expect(refusal.retryAfterSeconds).toBe(Math.ceil((last - NOW) / 1000));
        for (const text of [
          refusal.description,
          ...refusal.scopeErrors.map(({ hint = '' }) => hint),
        ]) {
          expect(text).toMatch(ERROR_CHARSET);
          expect(text).not.toBe('');
        }
        for (const { reason } of refusal.scopeErrors) expect(reason).toBe('quota_exceeded');
      }),
      RUNS,
    );
  });

  test('a refusal tells of the first twenty scopes, and counts those that its sentence leaves out', () => {
    const quota: CompiledQuota = { limit: 3, windowSeconds: 60, per: 'subject', mode: 'enforce' };
    const entries = Array.from({ length: 30 }, (_, index) => ({
      scope: `orders:a${index}`,
      quota,
      holder: 'web',
      window: { used: 3, resetsAt: NOW + 1500 },
    }));
    const refusal = refuseByQuota(decide(entries).counts, NOW);
    expect(refusal.scopeErrors).toHaveLength(20);
    expect(refusal.description).toBe(
      'no token is left in the quota of `orders:a0`, `orders:a1`, `orders:a2` and 27 more; try again in 2 s',
    );
    expect(refusal.scopeErrors[0]?.hint).toBe(
      'the quota of this subject is 3 in 60 s; ask again in 2 s, and use a token until it expires',
    );
  });
});
