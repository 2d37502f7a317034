import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { until } from '../../../../test/support/until.ts';
import type { AuditEntry } from '../../src/audit/record.ts';
import { createTemporaryStore } from '../support/temporary-store.ts';
import type { TemporaryStore } from '../support/temporary-store.ts';

let store: TemporaryStore;
/** What another process would hold. */
let other: Database.Database;

beforeEach(async () => {
  store = await createTemporaryStore();
  await append(entry('before'));
  other = new Database(store.path);
});
afterEach(async () => {
  other.close();
  await store.close();
});

const hold = () => other.exec('begin immediate');
const letGo = () => other.exec('rollback');

const entry = (requestId: string, event: AuditEntry['event'] = 'token.issued'): AuditEntry => ({
  ...{ time: 1, event, decision: 'granted', requestId },
});
const append = (record: AuditEntry) => store.storage.read.audit.append(record);
const claim = (key: string, now = 1) => store.storage.read.replays.claim(key, 1_000, now);
const change = (urgency?: 'securing') =>
  store.storage.transaction((tx) => tx.revision.advance(['clients']), urgency);
const recovered = () => until(async () => (await store.storage.stall()) === undefined);
/** The records, in the order in which they were written. */
const logged = async () => (await store.storage.read.audit.listAfter({}, new Map(), 100)).records;

describe('while another process holds the database', () => {
  test('nothing of this process stands still: it reads, and turns of the event loop pass', async () => {
    hold();
    let settled = false;
    const written = append(entry('waits')).finally(() => (settled = true));
    for (let turn = 0; turn < 50; turn += 1) {
      await store.storage.read.revision.read();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(settled).toBe(false);
    letGo();
    await written;
    expect((await logged()).map(({ requestId }) => requestId)).toEqual(['before', 'waits']);
  });

  test('a write is refused once it has waited, later ones at once, and none is half done', async () => {
    hold();
    await expect(append(entry('a'))).rejects.toMatchObject({ code: 'store.unavailable' });
    await expect(append(entry('b', 'token.introspected'))).rejects.toMatchObject({
      message: expect.stringContaining('locked'),
    });
    await expect(change()).rejects.toMatchObject({ code: 'store.unavailable' });
    letGo();
    expect((await logged()).map(({ requestId }) => requestId)).toEqual(['before']);
    expect((await store.storage.read.revision.read()).number).toBe(0);
  });

  test('a change that takes power away waits longer, and is made', async () => {
    hold();
    const securing = change('securing');
    await expect(append(entry('a'))).rejects.toMatchObject({ code: 'store.unavailable' });
    letGo();
    expect(await securing).toBe(1);
  });

  test('the use of a secret is not written down, and nothing is wrong with that', async () => {
    hold();
    await store.storage.read.clients.touchSecret('client', 'secret', 1);
    letGo();
  });

  test('what may be used once is still taken once, by whom and whenever it comes again', async () => {
    expect(await claim('early')).toBe(true);
    hold();
    expect(await Promise.all(['k', 'k', 'early'].map((key) => claim(key)))).toEqual([
      true,
      false,
      false,
    ]);
    expect(await claim('k')).toBe(false);
    letGo();
    expect(await claim('k')).toBe(false);
    await recovered();
    expect(await claim('k')).toBe(false);
    expect(await claim('k', 1_000)).toBe(true);
  });

  test('what may be used once is taken once where one waits to be written and another cannot', async () => {
    hold();
    const first = append(entry('a'));
    await new Promise((resolve) => setTimeout(resolve, 400));
    const waiting = claim('k'); // which is written once the other process lets go, if it is soon
    await expect(first).rejects.toMatchObject({ code: 'store.unavailable' });
    const held = await claim('k');
    letGo();
    expect([held, await waiting]).toEqual([true, false]);
  });

  test('what was taken in the meantime is written down afterwards, for other processes too', async () => {
    hold();
    await claim('k');
    letGo();
    await recovered();
    const kept = other.prepare("select expires_at from replays where key = 'k'").get();
    expect(kept).toEqual({ expires_at: 1_000 });
  });
});

describe('once the other process has let go', () => {
  test('the log says since when nothing could be written, and what that came to', async () => {
    hold();
    await append(entry('a')).catch(() => undefined);
    await append(entry('b', 'token.introspected')).catch(() => undefined);
    await change().catch(() => undefined);
    letGo();
    await recovered();
    expect((await logged()).at(-1)).toMatchObject({
      event: 'audit.resumed',
      decision: 'granted',
      actor: 'system',
      after: { cause: 'locked', since: expect.any(String), refused: 2, unrecorded: 1 },
    });
  });

  test('writing goes on by itself, without anybody asking how things are', async () => {
    hold();
    await append(entry('a')).catch(() => undefined);
    letGo();
    await until(() =>
      append(entry('b')).then(
        () => true,
        () => false,
      ),
    );
    expect((await logged()).map(({ event }) => event)).toEqual([
      ...['token.issued', 'audit.resumed', 'token.issued'],
    ]);
  });
});

test('closing waits for nobody for ever', async () => {
  const own = await createTemporaryStore();
  const holder = new Database(own.path);
  holder.exec('begin immediate');
  await own.close();
  holder.close();
});
