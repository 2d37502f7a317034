import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase } from '../../../../test/support/postgres/test-database.ts';
import type { TestDatabase } from '../../../../test/support/postgres/test-database.ts';
import { encodeEntry } from '../../src/store/audit-rows.ts';
import type { CommandOf } from '../../src/store/engine.ts';
import type { Store } from '../../src/store/open-storage.ts';
import { readPostgresUrl } from '../../src/store/postgres/address.ts';
import { createAppends, isAppendAgain } from '../../src/store/postgres/appends.ts';
import { readBackend } from '../../src/store/postgres/backend.ts';
import { connectionConfig } from '../../src/store/postgres/pools.ts';
import { readHead } from '../../src/store/postgres/session.ts';
import type { Seat, Session } from '../../src/store/postgres/session.ts';
import { newSchema, openSoundUrl } from '../support/postgres-store.ts';

/** A number that no process takes by itself while there are few. */
const WRITER = 77;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

let store: Store;
let seats: Seat[];
beforeEach(async () => {
  const url = await newSchema(database);
  store = await openSoundUrl(url);
  await store.migrate();
  const address = readPostgresUrl(url);
  if (!address.ok) throw new Error(address.error.reason);
  seats = [];
  for (let count = 0; count < 2; count += 1) {
    const client = new pg.Client(connectionConfig(address.value, { statementTimeoutMs: 5_000 }));
    client.on('error', () => undefined); // it may be ended by the other
    await client.connect();
    await client.query(
      `insert into audit_chains (writer, sequence, digest)
       values ($1, 0, decode(repeat('00', 32), 'hex')) on conflict do nothing`,
      [WRITER],
    );
    const backend = await readBackend(client);
    seats.push({ client, backend, writer: WRITER, head: await readHead(client, WRITER) });
  }
});
afterEach(async () => {
  await Promise.all(seats.map(({ client }) => client.end()));
  await store.close();
});

function seatAt(number: number): Seat {
  const seat = seats[number];
  if (!seat) throw new Error('no such seat');
  return seat;
}
const sessionOn = (seat: () => Seat): Session => ({
  seat: () => Promise.resolve(seat()),
  leave: () => undefined,
  follow: () => undefined,
  close: () => Promise.resolve(),
});
const command = (requestId: string): CommandOf<'append'> => ({
  kind: 'append',
  entry: encodeEntry({ time: 1, event: 'token.issued', decision: 'granted', requestId }),
});
/** What work fails with. */
const failureOf = (work: Promise<unknown> | undefined): Promise<unknown> =>
  (work ?? Promise.resolve()).then(
    () => undefined,
    (error: unknown) => error,
  );
/** The records, in the order of their chain. */
async function written(): Promise<readonly (readonly [number, string])[]> {
  const { records } = await store.storage.read.audit.listAfter({}, new Map(), 1_000);
  return records.map(({ link, requestId }) => [link.sequence, requestId] as const);
}

test('two that believe to be one writer write one chain: whoever comes second sees it, and writes behind the first', async () => {
  const [one, other] = [0, 1].map((number) => createAppends(sessionOn(() => seatAt(number))));
  await one?.([command('a')]);
  expect(isAppendAgain(await failureOf(other?.([command('b')])))).toBe(true);
  await other?.([command('b')]);
  expect(isAppendAgain(await failureOf(one?.([command('c')])))).toBe(true);
  await one?.([command('c')]);
  expect(await written()).toEqual([
    [1, 'a'],
    [2, 'b'],
    [3, 'c'],
  ]);
});

test.each([
  ['was committed all the same', true],
  ['never arrived', false],
])('a batch whose answer is lost is written once: where it %s', async (_how, arrives) => {
  const { client } = seatAt(0);
  let lost = false;
  const losing = new Proxy(client, {
    get(target, name) {
      if (name !== 'query') return Reflect.get(target, name) as unknown;
      return async (query: pg.QueryConfig, values?: unknown[]) => {
        if (lost || query.name !== 'ambit-append') return target.query(query, values);
        lost = true;
        if (arrives) await target.query(query, values);
        throw Object.assign(new Error('the connection is gone'), { code: 'ECONNRESET' });
      };
    },
  });
  let seat: Seat = { ...seatAt(0), client: losing };
  const append = createAppends(sessionOn(() => seat));
  const batch = [command('a'), command('b')];
  expect(isAppendAgain(await failureOf(append(batch)))).toBe(true);
  seat = { ...seatAt(1), head: await readHead(seatAt(1).client, WRITER) };
  await append([...batch, command('c')]);
  expect(await written()).toEqual([
    [1, 'a'],
    [2, 'b'],
    [3, 'c'],
  ]);
});
