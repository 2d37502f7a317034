import { describe, expect, test } from '@jest/globals';
import {
  createActivity,
  LISTED_MOST,
  reportOf,
  WATCHED_MINUTES,
} from '../../src/activity/activity.ts';
import { createTally, NAMES_MOST, OTHERS } from '../../src/activity/tally.ts';
import type { AuditEntry } from '../../src/audit/record.ts';

const MINUTE = 60_000;
const START = 1_000 * MINUTE;

const issued = (client: string, durationMicros = 100): AuditEntry => ({
  time: START,
  event: 'token.issued',
  decision: 'granted',
  requestId: `of-${client}`,
  actor: client,
  client,
  durationMicros,
});
const refused = (reason: string, actor?: string): AuditEntry => ({
  time: START,
  event: 'token.refused',
  decision: 'refused',
  requestId: 'r',
  reason,
  ...(actor === undefined ? {} : { actor }),
});

function setUp() {
  const world = { now: START };
  const activity = createActivity({ clock: () => world.now });
  return { world, activity, report: () => reportOf([activity.watched()], world.now) };
}

describe('what a server has done lately', () => {
  test('tells decisions, reasons, clients and the slowest calls, most first', () => {
    const { activity, report } = setUp();
    for (const client of ['a', 'b', 'b']) activity.observe(issued(client));
    activity.observe({ ...issued('slow', 9_000), event: 'token.exchanged' });
    for (const reason of ['invalid_scope', 'invalid_client', 'invalid_scope']) {
      activity.observe(refused(reason));
    }
    expect(report()).toEqual({
      since: START,
      until: START,
      granted: [
        { name: 'token.issued', count: 3 },
        { name: 'token.exchanged', count: 1 },
      ],
      refused: [{ name: 'token.refused', count: 3 }],
      issuedByMinute: [4],
      reasons: [
        { name: 'invalid_scope', count: 2 },
        { name: 'invalid_client', count: 1 },
      ],
      clients: [
        { name: 'b', count: 2 },
        { name: 'a', count: 1 },
        { name: 'slow', count: 1 },
      ],
      slowest: [9_000, 100, 100, 100].map((durationMicros, index) => ({
        ...{ requestId: ['of-slow', 'of-a', 'of-b', 'of-b'][index], time: START, durationMicros },
        event: index === 0 ? 'token.exchanged' : 'token.issued',
        client: ['slow', 'a', 'b', 'b'][index],
      })),
    });
  });

  test('the busiest clients are those that asked most, whatever for and whatever came of it', () => {
    const { activity, report } = setUp();
    for (let n = 0; n < 3; n += 1) activity.observe(refused('invalid_scope', 'misled'));
    activity.observe({ ...issued('shop'), event: 'token.introspected', actor: 'shop-api' });
    activity.observe({ ...refused('expired', 'shop-api'), event: 'token.introspected' });
    activity.observe({ ...issued('shop'), event: 'client.disabled', actor: 'admin' });
    expect(report().clients).toEqual([
      { name: 'misled', count: 3 },
      { name: 'shop-api', count: 2 },
      { name: 'admin', count: 1 },
    ]);
  });

  test('a name that was merely claimed, and the server itself, are no clients', () => {
    const { activity, report } = setUp();
    activity.observe(refused('invalid_client', 'shop'));
    activity.observe(refused('invalid_request'));
    activity.observe({ ...issued('shop'), event: 'client.created', actor: 'system' });
    expect(report().clients).toEqual([]);
  });

  test('forgets what is older than the minutes it watches, and tells quiet ones as nothing', () => {
    const { activity, report, world } = setUp();
    activity.observe(issued('a'));
    world.now += (WATCHED_MINUTES - 1) * MINUTE;
    activity.observe(issued('a'));
    activity.observe(issued('a'));
    expect(report().issuedByMinute).toEqual([1, ...Array<number>(13).fill(0), 2]);
    world.now += MINUTE;
    const { issuedByMinute, since, clients } = report();
    expect(issuedByMinute).toEqual([...Array<number>(13).fill(0), 2, 0]);
    expect(since).toBe(START + MINUTE);
    expect(clients).toEqual([{ name: 'a', count: 2 }]);
  });

  test('a clock that is set back loses nothing', () => {
    const { activity, report, world } = setUp();
    activity.observe(issued('a'));
    world.now -= 5 * MINUTE;
    activity.observe(issued('a'));
    world.now = START;
    expect(report().issuedByMinute).toEqual([2]);
  });

  test('is bounded, whatever comes', () => {
    const { activity, report } = setUp();
    for (let n = 0; n < NAMES_MOST + 500; n += 1) activity.observe(issued(`c-${String(n)}`, n));
    const { clients, slowest } = report();
    expect(clients[0]).toEqual({ name: OTHERS, count: 500 });
    expect(clients).toHaveLength(LISTED_MOST);
    expect(slowest.map(({ durationMicros }) => durationMicros)).toEqual(
      Array.from({ length: LISTED_MOST }, (_, index) => NAMES_MOST + 499 - index),
    );
  });

  test('of several processes is told together, since the first of them began', () => {
    const [first, second] = [setUp(), setUp()];
    first.activity.observe(issued('a', 5));
    for (const { world } of [first, second]) world.now += MINUTE;
    first.activity.observe(issued('b', 7));
    second.activity.observe(issued('a', 9));
    second.activity.observe(refused('invalid_scope'));
    const late = createActivity({ clock: () => START + MINUTE });
    const watched = [late, second.activity, first.activity].map((activity) => activity.watched());
    const plain = JSON.parse(JSON.stringify(watched)) as typeof watched;
    expect(reportOf(plain, START + MINUTE)).toMatchObject({
      since: START,
      granted: [{ name: 'token.issued', count: 3 }],
      issuedByMinute: [1, 2],
      reasons: [{ name: 'invalid_scope', count: 1 }],
      clients: [
        { name: 'a', count: 2 },
        { name: 'b', count: 1 },
      ],
      slowest: [{ durationMicros: 9 }, { durationMicros: 7 }, { durationMicros: 5 }],
    });
  });

  test('a sum of tallies is a tally of all', () => {
    const [a, b] = [createTally(), createTally()];
    a.add('x', 2);
    b.add('x');
    b.add('y');
    expect(createTally([a, b]).most(5)).toEqual([
      { name: 'x', count: 3 },
      { name: 'y', count: 1 },
    ]);
  });
});
