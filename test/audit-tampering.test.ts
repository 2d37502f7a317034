import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { proofTampers } from '../packages/idp/test/tamper/proof.ts';
import { recordTampers } from '../packages/idp/test/tamper/records.ts';
import { layOutLog, verifyTampered } from './support/tamper-drill.ts';
import type { DrillHome } from './support/tamper-drill.ts';
import { startServer } from './support/server.ts';
import type { TestServer } from './support/server.ts';

interface Exported {
  readonly number: number;
  readonly chains: readonly object[];
  readonly jwk: object;
}

describe('whoever tampers with the log of an installation is found out by `ambit audit verify`', () => {
  let home: DrillHome;
  beforeAll(async () => {
    home = await layOutLog(90);
  });
  afterAll(() => home.remove());

  test('that was not touched, and exits 0', async () => {
    const untouched = await verifyTampered(home, { act: () => undefined, byKept: true });
    expect(untouched).toMatchObject({ exit: 0, whole: true, findings: [] });
  });

  /** The short form of `npm run drill:tamper`. */
  test.each([
    'a middle record: alters what it says',
    'deletes a middle record, with its words in the index',
    'swaps two neighbours in the middle, ids and all',
    'the index forgets a middle record',
    'a middle record: alters its personal fields',
    'alters the signature of checkpoint 1',
    'slips in a key of its own',
    'alters a record and makes all later digests and the head anew',
    'truncates the log to the last checkpoint but one, sets the head back and takes away the last',
    'takes every checkpoint and every audit key away',
    // Without a head no token is given out to ask with: by `ambit-idp verify`.
    'deletes the head',
    'inserts a copy of a record at the end',
  ])('that %s: named, and exits 5', async (name) => {
    const tamper = [...recordTampers(home.log), ...proofTampers(home.log)].find(
      (candidate) => candidate.name === name,
    );
    if (tamper === undefined) throw new Error(`nobody tries it: ${name}`);
    const { exit, whole, findings } = await verifyTampered(home, tamper);
    expect([exit, whole]).toEqual([5, false]);
    const { finds: code, sequence } = tamper;
    const place = sequence === undefined || tamper.byKept ? {} : { sequence, writer: 1 };
    expect(findings?.[0]).toMatchObject({ code, ...place });
    expect(findings?.[0]?.message).not.toBe('');
  });
});

describe('a database that no server starts on is still told of by `ambit-idp verify`, in a line', () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await startServer();
    await server.stop();
  });
  afterEach(() => server.remove());
  const verifyAfter = (sql: string) => {
    const db = new Database(join(server.home, 'ambit.db'));
    db.exec(sql);
    db.close();
    return server.idp(['verify']);
  };

  test.each(['audit_log', 'audit_checkpoints', 'audit_chains', 'audit_terms', 'audit_keys'])(
    'whose table %s is gone, exit 5',
    async (table) => {
      const { code, stdout, stderr } = await verifyAfter(`drop table ${table}`);
      expect([code, stdout, stderr]).toEqual([
        5,
        '',
        `ambit-idp: the audit log is broken: the table \`${table}\` is gone; restore the database from a backup\n`,
      ]);
    },
  );

  test('one column of which is gone, exit 5', async () => {
    const { code, stderr } = await verifyAfter('alter table audit_log drop column personal');
    expect([code, stderr]).toEqual([
      5,
      'ambit-idp: the audit log is broken: the column `personal` is gone; restore the database from a backup\n',
    ]);
  });

  test('whose key is no JSON, exit 5', async () => {
    const { code, stdout, stderr } = await verifyAfter(
      `update audit_keys set public_jwk = 'not json'`,
    );
    expect([code, stderr]).toEqual([5, '']);
    const { findings } = JSON.parse(stdout) as { readonly findings: readonly object[] };
    expect(findings[0]).toEqual({
      code: 'key.unreadable',
      message: 'a key in the table `audit_keys` was altered: it cannot be read',
    });
  });
});

describe('`ambit-idp verify`', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.remove());

  test('verifies beside a server that goes on, says what `ambit` says, and writes nothing', async () => {
    const { stdout: checkpoint } = await server.ambit(['audit', 'checkpoint']);
    const kept = join(server.home, 'checkpoint.json');
    writeFileSync(kept, checkpoint);
    const asked = await server.ambit(['audit', 'verify', '--output', 'json']);
    const itself = await server.idp(['verify', '--checkpoint', kept]);
    expect([itself.code, itself.stderr]).toEqual([0, '']);
    const found = JSON.parse(itself.stdout) as { readonly records: number };
    expect(Object.keys(found)).toEqual(Object.keys(JSON.parse(asked.stdout) as object));
    expect(found).toMatchObject({
      whole: true,
      findings: [],
      checkpoints: { given: [{ held: 'whole' }] },
    });
    const again = await server.idp(['verify']);
    expect(JSON.parse(again.stdout)).toMatchObject({ records: found.records });
  });

  test.each([
    ['number', (file: Exported) => ({ ...file, number: file.number + 1 })],
    ['time', (file: Exported) => ({ ...file, time: '2026-01-01T00:00:00.000Z' })],
    [
      'chains',
      (file: Exported) => ({
        ...file,
        chains: file.chains.map((chain) => ({ ...chain, digest: '00'.repeat(32) })),
      }),
    ],
    ['jwk', (file: Exported) => ({ ...file, jwk: { ...file.jwk, x: 'AAAA' } })],
  ])(
    'a checkpoint whose `%s` is not what was signed is refused, and told by `ambit` so too',
    async (member, alter) => {
      const { stdout } = await server.ambit(['audit', 'checkpoint']);
      const path = join(server.home, 'altered.json');
      writeFileSync(path, JSON.stringify(alter(JSON.parse(stdout) as Exported)));
      const told = `\`${path}\` was altered: its \`${member}\` is not that of the checkpoint that was signed`;
      const itself = await server.idp(['verify', '--checkpoint', path]);
      const asked = await server.ambit(['audit', 'verify', '--checkpoint', path]);
      for (const { code, stdout: said, stderr } of [itself, asked]) {
        expect([code, said, stderr]).toEqual([1, '', expect.stringContaining(told)]);
      }
    },
  );

  test.each([
    ['is not there', undefined, 1, /^ambit-idp: `.*` cannot be read \(ENOENT\); .*\n$/],
    ['holds something else', 'nothing', 5, /^$/],
  ])('a checkpoint whose file %s is told of', async (_what, text, code, stderr) => {
    const path = join(server.home, 'other.json');
    if (text !== undefined) writeFileSync(path, text);
    const done = await server.idp(['verify', '--checkpoint', path]);
    expect([done.code, done.stderr]).toEqual([code, expect.stringMatching(stderr)]);
    if (text !== undefined) {
      expect(done.stdout).toContain('what was given as number 1 is no checkpoint');
    }
  });
});
