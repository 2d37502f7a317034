import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { readCheckpoint } from '../../src/audit/checkpoint.ts';
import { serveAdminApi } from '../support/admin-api.ts';
import type { ServedApi } from '../support/admin-api.ts';
import { createHouse, START } from '../support/house.ts';
import type { House } from '../support/house.ts';

let house: House;
let api: ServedApi;

beforeEach(async () => {
  house = await createHouse();
  api = await serveAdminApi(house);
});
afterEach(async () => {
  await api.close();
  await house.close();
  expect(api.violations).toEqual([]);
});

type Line = Readonly<Record<string, unknown>>;
const linesOf = (text: string): Line[] =>
  text
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
const append = (more: object) =>
  house.storage.read.audit.append({
    ...{ time: START, event: 'token.issued', decision: 'granted', requestId: 'q' },
    ...more,
  });

describe('exporting the audit log', () => {
  const stream = async (query = ''): Promise<Line[]> => {
    const { status, headers, text } = await api.call('audrey', 'GET', `/audit/export${query}`);
    expect([status, headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
    return linesOf(text);
  };

  test('gives every record, oldest first, with its place in the chain, through many portions', async () => {
    for (let index = 0; index < 450; index += 1) await append({ time: START + (index % 200) });
    const records = await stream();
    const { body } = await api.call('audrey', 'GET', '/audit?limit=1');
    expect(records).toHaveLength(Number(body['total']));
    const times = records.map(({ time }) => String(time));
    expect(times).toEqual([...times].sort());
    expect(new Set(records.map(({ id }) => id)).size).toBe(records.length);
    for (const { id, writer, sequence, digest } of records) {
      expect([writer, sequence]).toEqual([1, id]);
      expect(digest).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  test('gives nothing where nothing matches', async () => {
    expect(await stream('?client=nobody')).toEqual([]);
  });

  test.each([
    'client',
    'subject',
    'scope',
    'decision',
    'event',
    'jti',
    'request_id',
    'since',
    'until',
  ])(
    'narrows by %s as the list and the news do, with all that is asked for later',
    async (name) => {
      await append({
        ...{ requestId: 'found', client: 'c-1', subject: 's-1', jti: 'j-1', time: START + 5_000 },
        ...{ event: 'token.exchanged', grantedScopes: ['orders:write'], durationMicros: 700 },
        ...{ traceId: 'ab'.repeat(16), personal: { address: '192.0.2.7', externalSubject: 'w' } },
        externalIssuer: 'https://ci.example',
      });
      await append({ requestId: 'other', decision: 'refused', time: START + 9_000 });
      const values: Readonly<Record<string, readonly [string, string]>> = {
        client: ['c-1', 'found'],
        subject: ['s-1', 'found'],
        scope: ['orders:write', 'found'],
        decision: ['refused', 'other'],
        event: ['token.exchanged', 'found'],
        jti: ['j-1', 'found'],
        request_id: ['found', 'found'],
        since: [new Date(START + 9_000).toISOString(), 'other'],
        until: [new Date(START + 9_000).toISOString(), 'found'],
      };
      const [value = '', expected] = values[name] ?? [];
      const query = `${name}=${encodeURIComponent(value)}`;
      const exported = await stream(`?${query}`);
      const list = await api.call('audrey', 'GET', `/audit?${query}&limit=500`);
      const news = await api.call('audrey', 'GET', `/audit/news?${query}&after=0&limit=500`);
      const listed = list.body['items'] as Line[];
      expect(exported).toEqual([...listed].reverse());
      const byId = (one: Line, other: Line) => Number(one['id']) - Number(other['id']);
      expect(news.body['items']).toEqual([...listed].sort(byId));
      expect(exported.at(-1)).toMatchObject({ request_id: expected });
      if (expected === 'found') {
        expect(exported.at(-1)).toMatchObject({
          ...{ address: '192.0.2.7', trace_id: 'ab'.repeat(16), duration_micros: 700 },
          external: { issuer: 'https://ci.example', subject: 'w' },
        });
      }
    },
  );

  test('one record can be looked at by its number, and one that is not there is told so', async () => {
    const [newest] = await house.newestAudit();
    const found = await api.call('audrey', 'GET', `/audit/records/${String(newest?.id)}`);
    expect(found.body).toMatchObject({ id: newest?.id, digest: newest?.link.digest });
    const lost = await api.call('audrey', 'GET', '/audit/records/999999');
    expect([lost.status, lost.body['code']]).toEqual([404, 'audit.not_found']);
  });
});

describe('proving the audit log', () => {
  test('a checkpoint comes with its statement and the key that verifies it', async () => {
    const { status, body } = await api.call('audrey', 'POST', '/audit/checkpoints');
    expect(status).toBe(200);
    const states = readCheckpoint(String(body['checkpoint']));
    expect(states).toMatchObject({ number: 2, chains: body['chains'] });
    expect(body['jwk']).toMatchObject({ kty: 'OKP', crv: 'Ed25519', kid: states?.kid });
  });

  test('a verification tells how far it has come, and at last that all is whole', async () => {
    const { body: checkpoint } = await api.call('audrey', 'POST', '/audit/checkpoints');
    const { status, text } = await api.call('audrey', 'POST', '/audit/verifications', {
      checkpoints: [checkpoint['checkpoint']],
    });
    expect(status).toBe(200);
    const steps = linesOf(text);
    expect(steps[0]).toMatchObject({ step: 'progress' });
    expect(steps.at(-1)).toMatchObject({
      step: 'done',
      ...{ whole: true, broken: 0, findings: [] },
      checkpoints: { count: 2, newest: { number: 2 }, given: [{ number: 2, held: 'whole' }] },
    });
  });

  test('what is broken is named, in words', async () => {
    const db = new Database(house.path);
    db.exec('update audit_log set time = time + 1 where id = 3');
    db.exec(`delete from audit_terms where record = 5 and term like 'event=%'`);
    db.close();
    const { text } = await api.call('audrey', 'POST', '/audit/verifications');
    expect(linesOf(text).at(-1)).toMatchObject({
      whole: false,
      findings: [
        {
          ...{ code: 'record.column_altered', id: 3, writer: 1, sequence: 3 },
          message: 'the column `time` of record 3 was altered: the record itself says otherwise',
        },
        expect.objectContaining({ id: 3 }),
      ],
    });
  });

  test('one at a time; whoever hangs up gives up the turn', async () => {
    const port = Number(new URL(api.url).port);
    const ask = () =>
      httpRequest({
        ...{ port, method: 'POST', path: '/admin/v1/audit/verifications', agent: false },
        headers: { Authorization: 'Bearer audrey' },
      });
    const second = () => api.call('audrey', 'POST', '/audit/verifications');
    let refused: Awaited<ReturnType<typeof second>>;
    do {
      const first = ask();
      first.end();
      const [response] = (await once(first, 'response')) as [IncomingMessage];
      refused = await second(); // or the first was done already
      response.destroy();
      first.destroy();
    } while (refused.status === 200);
    expect([refused.status, refused.body['code']]).toEqual([409, 'audit.verifying']);
    let again = refused;
    while (again.status === 409) again = await api.call('audrey', 'POST', '/audit/verifications');
    expect(linesOf(again.text).at(-1)).toMatchObject({ whole: true });
  });
});

describe('erasing', () => {
  test('is told in how many records there was something to erase', async () => {
    await append({ personal: { address: '192.0.2.7' } });
    const erased = await api.call('root', 'POST', '/audit/erasures', { address: '192.0.2.7' });
    expect([erased.status, erased.body]).toEqual([200, { records: 1 }]);
    const { body } = await api.call('root', 'GET', '/audit?request_id=q');
    expect((body['items'] as Line[])[0]).toMatchObject({ personal_erased: true });
  });

  test('is refused of what is no address', async () => {
    const refused = await api.call('root', 'POST', '/audit/erasures', { address: 'nonsense' });
    expect([refused.status, refused.body['code']]).toEqual([422, 'audit.no_address']);
    expect(JSON.stringify(refused.body)).not.toContain('nonsense');
  });

  test.each([{}, { address: '' }, { address: 'a', external_subject: 'b' }, { subject: 'a' }])(
    'is refused for want of one thing to erase: %j',
    async (body) => {
      const { status } = await api.call('root', 'POST', '/audit/erasures', body);
      expect(status).toBe(400);
    },
  );
});
