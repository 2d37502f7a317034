import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { positions } from './tamper.ts';
import type { LogFacts, Tamper } from './tamper.ts';

/** The index: words that are gone, wrong or too many. */
function indexed(log: LogFacts): Tamper[] {
  const { records } = log;
  return [
    ...positions(log).flatMap(([which, id]): Tamper[] => {
      const one = `where record = ${String(id)} and term like 'event=%'`;
      return [
        {
          name: `the index forgets one word of ${which} record`,
          act: (db) => db.exec(`delete from audit_terms ${one}`),
          finds: 'record.unindexed',
          sequence: id,
        },
        {
          name: `the index forgets ${which} record`,
          act: (db) => db.exec(`delete from audit_terms where record = ${String(id)}`),
          finds: 'record.unindexed',
          sequence: id,
        },
        {
          name: `the index has ${which} record under another word`,
          act: (db) =>
            db.exec(`update audit_terms set term = 'event=client.created/granted' ${one}`),
          finds: 'record.unindexed',
          sequence: id,
        },
        {
          name: `the index has ${which} record at another time`,
          act: (db) => db.exec(`update audit_terms set time = time + 1 ${one}`),
          finds: 'record.unindexed',
          sequence: id,
        },
        {
          name: `the index has ${which} record half a millisecond later`,
          act: (db) => db.exec(`update audit_terms set time = time + 0.5 ${one}`),
          finds: 'record.unindexed',
          sequence: id,
        },
        {
          name: `the index leads half way past ${which} record`,
          act: (db) => db.exec(`update audit_terms set record = record + 0.5 ${one}`),
          finds: 'record.unindexed',
          sequence: id,
        },
        {
          name: `the index has ${which} record under a further word`,
          act: (db) =>
            db.exec(
              `insert into audit_terms select 'client=nobody', time, record from audit_terms ${one}`,
            ),
          finds: 'record.misindexed',
          sequence: id,
        },
      ];
    }),
    {
      name: 'the index leads to a record that is not there',
      act: (db) =>
        db.exec(
          `insert into audit_terms values ('event=token.issued/granted', 1, ${String(records + 5)})`,
        ),
      finds: 'index.stray',
    },
    {
      name: 'the index leads to what is no number',
      act: (db) => db.exec(`insert into audit_terms values (x'00', 'then', 'there')`),
      finds: 'index.stray',
    },
    {
      name: 'the index is emptied',
      act: (db) => db.exec('delete from audit_terms'),
      finds: 'record.unindexed',
      sequence: 1,
    },
  ];
}

/** The heads. */
function heads({ records, middle }: LogFacts): Tamper[] {
  const set = (sql: string) => (db: Parameters<Tamper['act']>[0]) =>
    db.exec(`update audit_chains set ${sql}`);
  return [
    {
      name: 'moves the head forward',
      act: set('sequence = sequence + 1'),
      finds: 'chain.truncated',
      sequence: records + 1,
    },
    {
      name: 'moves the head back',
      act: set('sequence = sequence - 1'),
      finds: 'chain.head_altered',
      sequence: records,
    },
    {
      name: 'alters the digest of the head',
      act: set('digest = randomblob(32)'),
      finds: 'chain.head_altered',
      sequence: records,
    },
    {
      name: 'alters the digest that the chain begins after',
      act: set('base_digest = randomblob(32)'),
      finds: 'record.altered',
      sequence: 1,
    },
    {
      name: 'alters the digest that the chain begins after into none',
      act: set(`base_digest = x''`),
      finds: 'record.altered',
      sequence: 1,
    },
    {
      name: 'says that all personal fields have been erased by their age',
      act: set(`impersonal_to = ${String(middle)}`),
      finds: 'record.personal_kept',
    },
    {
      name: 'deletes the head',
      act: (db) => db.exec('delete from audit_chains'),
      finds: 'chain.lost',
    },
    {
      name: 'slips in the head of another writer',
      act: (db) =>
        db.exec(`insert into audit_chains (writer, sequence, digest) values (2, 0, zeroblob(32))`),
      finds: 'chain.unknown',
    },
  ];
}

/** The row of checkpoints. */
function checkpoints({ checkpoints: places }: LogFacts): Tamper[] {
  const last = places.length;
  const rewrite =
    (number: number, change: (parts: readonly string[]) => string) =>
    (db: Parameters<Tamper['act']>[0]): void => {
      const statement = db
        .prepare<[number], string>('select statement from audit_checkpoints where number = ?')
        .pluck()
        .get(number);
      const changed = change((statement ?? '').split('.'));
      db.prepare('update audit_checkpoints set statement = ? where number = ?').run(
        changed,
        number,
      );
    };
  const claim =
    (change: (payload: Record<string, unknown>) => object) => (parts: readonly string[]) => {
      const [header = '', payload = '', signature = ''] = parts;
      const states = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<
        string,
        unknown
      >;
      const changed = Buffer.from(JSON.stringify(change(states))).toString('base64url');
      return [header, changed, signature].join('.');
    };
  const otherTime = claim((states) => ({ ...states, iat: Number(states['iat']) + 1 }));
  const noise = ([header, payload]: readonly string[]) =>
    [header, payload, randomBytes(64).toString('base64url')].join('.');
  return [
    ...[1, 2].map((number): Tamper => ({
      name: `takes checkpoint ${String(number)} away`,
      act: (db) => db.exec(`delete from audit_checkpoints where number = ${String(number)}`),
      finds: 'checkpoint.missing',
    })),
    {
      name: 'takes the newest checkpoint away',
      act: (db) => db.exec(`delete from audit_checkpoints where number = ${String(last)}`),
      finds: 'checkpoint.missing',
      byKept: true,
    },
    {
      name: 'takes every checkpoint away',
      act: (db) => db.exec('delete from audit_checkpoints'),
      finds: 'checkpoint.missing',
    },
    {
      name: 'takes every checkpoint away but those from before the newest key',
      act: (db) => db.exec('delete from audit_checkpoints where number > 2'),
      finds: 'checkpoint.missing',
    },
    {
      name: 'takes every checkpoint and every audit key away',
      act: (db) => db.exec('delete from audit_checkpoints; delete from audit_keys'),
      finds: 'key.missing',
    },
    ...[1, 2].map((number): Tamper => ({
      name: `alters what checkpoint ${String(number)} states`,
      act: rewrite(number, otherTime),
      finds: 'checkpoint.altered',
    })),
    {
      name: 'alters what the newest checkpoint states',
      act: rewrite(last, otherTime),
      finds: 'checkpoint.bad_signature',
    },
    ...[1, 2].map((number): Tamper => ({
      name: `alters the signature of checkpoint ${String(number)}`,
      act: rewrite(number, noise),
      finds: 'checkpoint.altered',
    })),
    {
      name: 'alters the signature of the newest checkpoint',
      act: rewrite(last, noise),
      finds: 'checkpoint.bad_signature',
    },
    {
      name: 'puts something else in the place of a checkpoint',
      act: rewrite(2, () => 'nothing'),
      finds: 'checkpoint.altered',
    },
    {
      name: 'puts bytes in the place of a checkpoint',
      act: (db) => db.exec(`update audit_checkpoints set statement = x'0001' where number = 2`),
      finds: 'checkpoint.altered',
    },
    {
      name: 'puts an old checkpoint in the place of the newest',
      act: (db) =>
        db.exec(
          `update audit_checkpoints set statement =
             (select statement from audit_checkpoints where number = 1) where number = ${String(last)}`,
        ),
      finds: 'checkpoint.altered',
    },
    {
      name: 'gives a checkpoint another number',
      act: (db) =>
        db.exec(`update audit_checkpoints set number = 99 where number = ${String(last)}`),
      finds: 'checkpoint.missing',
    },
    {
      name: 'calls the key of the newest checkpoint by another name',
      act: rewrite(last, ([, payload, signature]) => {
        const header = { alg: 'EdDSA', kid: 'mine', typ: 'ambit-audit-checkpoint+jwt' };
        const encoded = Buffer.from(JSON.stringify(header)).toString('base64url');
        return [encoded, payload, signature].join('.');
      }),
      finds: 'checkpoint.unknown_key',
    },
  ];
}

/** The keys that sign checkpoints; the log has two. */
function keys(): Tamper[] {
  const set = (number: number, sql: string) => (db: Parameters<Tamper['act']>[0]) =>
    db.exec(`update audit_keys set ${sql} where number = ${String(number)}`);
  const columns = [
    ['number', 'number = 7', 'key.missing'],
    ['kid', `kid = 'mine'`, 'key.forged'],
    ['public half', `public_jwk = replace(public_jwk, '"x":"', '"x":"A')`, 'key.forged'],
    ['stamp', 'stamp = randomblob(32)', 'key.forged'],
    ['age', 'created_at = created_at + 1', 'key.forged'],
  ] as const;
  return [
    ...[1, 2].flatMap((number) =>
      columns.map(([what, sql, finds]): Tamper => ({
        name: `alters the ${what} of audit key ${String(number)}`,
        act: set(number, sql),
        finds,
      })),
    ),
    {
      name: 'takes the first audit key away',
      act: (db) => db.exec('delete from audit_keys where number = 1'),
      finds: 'key.missing',
    },
    {
      name: 'takes the newest audit key away',
      act: (db) => db.exec('delete from audit_keys where number = 2'),
      finds: 'key.missing',
    },
    {
      name: 'takes every audit key away',
      act: (db) => db.exec('delete from audit_keys'),
      finds: 'key.missing',
    },
    {
      name: 'alters how an audit key was introduced',
      act: set(2, `introduction = introduction || 'A'`),
      finds: 'key.forged',
    },
    {
      name: 'leaves out how an audit key was introduced',
      act: set(2, 'introduction = null'),
      finds: 'key.forged',
    },
    {
      name: 'alters the private half of the key that signs',
      act: set(2, 'private_jwk = randomblob(100)'),
      finds: 'key.unusable',
    },
    {
      name: 'takes the private half away',
      act: set(2, 'private_jwk = null'),
      finds: 'key.unusable',
    },
    {
      name: 'gives an old key a private half',
      act: set(1, 'private_jwk = randomblob(100)'),
      finds: 'key.forged',
    },
    {
      name: 'slips in a key of its own',
      act(db) {
        const { publicKey } = generateKeyPairSync('ed25519');
        const jwk = {
          ...publicKey.export({ format: 'jwk' }),
          kid: 'mine',
          alg: 'EdDSA',
          use: 'sig',
        };
        db.prepare(
          `insert into audit_keys (number, kid, public_jwk, stamp, introduction, private_jwk, created_at)
             select 3, 'mine', ?, stamp, introduction, private_jwk, created_at from audit_keys where number = 2`,
        ).run(JSON.stringify(jwk));
      },
      finds: 'key.forged',
    },
  ];
}

/** Everything that is tried on what proves the log. */
export const proofTampers = (log: LogFacts): readonly Tamper[] => [
  ...indexed(log),
  ...heads(log),
  ...checkpoints(log),
  ...keys(),
];
