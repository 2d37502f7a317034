import { describe, expect, test } from '@jest/globals';
import { AUDIT_EVENTS } from '../../src/audit/events.ts';
import type { AuditEvent } from '../../src/audit/events.ts';
import { createDecisionLog } from '../../src/audit/decision-log.ts';
import type { AuditEntry } from '../../src/audit/record.ts';

const EVENTS = Object.keys(AUDIT_EVENTS) as AuditEvent[];

const entry = (changes: Partial<AuditEntry> = {}): AuditEntry => ({
  time: 1,
  event: 'token.issued',
  decision: 'granted',
  requestId: 'r',
  personal: { address: '192.0.2.1' },
  ...changes,
});

function setUp(introspectionShare = 1) {
  const written: AuditEntry[] = [];
  const omitted: [AuditEvent, string][] = [];
  const world = { now: 0, draw: 0.5, full: false, written, omitted };
  const log = createDecisionLog({
    audit: {
      append(record) {
        if (world.full) return Promise.reject(new Error('disk full'));
        written.push(record);
        return Promise.resolve();
      },
    },
    clock: () => world.now,
    newId: () => 'counted',
    random: () => world.draw,
    introspectionShare,
    onOmitted: ({ event }, why) => omitted.push([event, why]),
  });
  return { world, log, written, omitted };
}

describe('the log of decisions', () => {
  test.each(EVENTS.filter((event) => event !== 'token.introspected'))(
    '%s is never sampled',
    async (event) => {
      const { log, written } = setUp(0);
      await log.record({ entry: entry({ event }), proven: true });
      expect(written).toHaveLength(1);
    },
  );

  test.each(EVENTS)(
    '%s refused to a client that is known is always written down',
    async (event) => {
      const { log, written } = setUp(0);
      const refused = entry({ event, decision: 'refused', actor: 'web' });
      for (let n = 0; n < 40; n += 1) await log.record({ entry: refused, proven: true });
      expect(written).toHaveLength(40);
    },
  );

  test('a workload that no rule makes a client is a stranger, since some issuers vouch for everybody', async () => {
    const { log, written, omitted } = setUp();
    const refused = entry({
      event: 'token.refused',
      decision: 'refused',
      reason: 'invalid_grant',
      externalIssuer: 'https://ci.example',
    });
    for (let n = 0; n < 5; n += 1) await log.record({ entry: refused, proven: true });
    expect(written).toEqual([refused]);
    expect(omitted).toHaveLength(4);
  });

  test.each(['token.refused', 'token.limited'] as const)(
    '%s is about the client that asked, where that has proved who it is',
    async (event) => {
      const { log, written } = setUp();
      const refused = entry({ event, decision: 'refused', actor: 'web' });
      await log.record({ entry: refused, proven: true });
      await log.record({ entry: refused, proven: false });
      await log.record({ entry: { ...refused, client: 'shop' }, proven: true });
      expect(written.map(({ client }) => client)).toEqual(['web', undefined, 'shop']);
    },
  );

  test('introspections are sampled by the share that is set, and what is left out is told', async () => {
    const { log, world, written, omitted } = setUp(0.25);
    const introspected = { entry: entry({ event: 'token.introspected' }), proven: true };
    for (const draw of [0, 0.249, 0.25, 0.9]) {
      world.draw = draw;
      await log.record(introspected);
    }
    expect(written).toHaveLength(2);
    expect(omitted).toEqual([
      ['token.introspected', 'sampled_out'],
      ['token.introspected', 'sampled_out'],
    ]);
  });

  test('refusals of strangers are counted by network and minute, and written down when it is over', async () => {
    const { log, world, written, omitted } = setUp();
    const refused = entry({
      event: 'token.refused',
      decision: 'refused',
      reason: 'invalid_client',
    });
    for (let n = 0; n < 5; n += 1) await log.record({ entry: refused, proven: false });
    await log.writeCounted();
    expect(written).toEqual([refused]);
    expect(omitted).toHaveLength(4);
    world.now = 60_000;
    await log.writeCounted();
    expect(written.slice(1)).toEqual([
      {
        time: 1,
        event: 'refusals.counted',
        decision: 'refused',
        requestId: 'counted',
        counted: { refusals: 4, since: 1, reasons: { invalid_client: 4 } },
        personal: { address: '192.0.2.1' },
      },
    ]);
  });

  test('counts that cannot be written wait until they can', async () => {
    const { log, world, written } = setUp();
    const refused = entry({ event: 'token.refused', decision: 'refused' });
    await log.record({ entry: refused, proven: false });
    await log.record({ entry: refused, proven: false });
    world.full = true;
    await expect(log.writeCounted('all')).rejects.toThrow('disk full');
    world.full = false;
    await log.writeCounted();
    expect(written.map(({ event }) => event)).toEqual(['token.refused', 'refusals.counted']);
  });

  test('a record that cannot be written is an error of whoever asked for it', async () => {
    const { log, world } = setUp();
    world.full = true;
    await expect(log.record({ entry: entry(), proven: true })).rejects.toThrow('disk full');
  });
});
