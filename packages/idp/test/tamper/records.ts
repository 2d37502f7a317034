import { positions, rechain, remove, resetHead } from './tamper.ts';
import type { LogFacts, Tamper } from './tamper.ts';

/** Each column of a record, each on the first, a middle and the last one. */
function altered(log: LogFacts): Tamper[] {
  const columns: readonly (readonly [what: string, sql: string, finds: Tamper['finds']])[] = [
    [
      'what it says',
      `entry = replace(entry, '"decision":"granted"', '"decision":"refused"')`,
      'record.altered',
    ],
    ['its entry, into what is no JSON', `entry = substr(entry, 2)`, 'record.altered'],
    ['its entry, into nothing', `entry = ''`, 'record.altered'],
    ['its entry, into bytes', `entry = cast(entry as blob)`, 'record.altered'],
    ['its digest', `digest = randomblob(32)`, 'record.altered'],
    ['its digest, into a short one', `digest = x'00'`, 'record.altered'],
    ['its sequence', `sequence = sequence + 1000000`, 'record.column_altered'],
    ['its writer', `writer = 2`, 'record.column_altered'],
    ['its time', `time = time + 1`, 'record.column_altered'],
    ['the digest of its personal fields', `personal_digest = randomblob(32)`, 'record.altered'],
    ['the digest of its personal fields, away', `personal_digest = null`, 'record.altered'],
    [
      'its personal fields',
      `personal = replace(coalesce(personal, '{"address":"x"}'), 'address', 'addres')`,
      'record.personal_altered',
    ],
    [
      'its personal fields and their digest away',
      `personal = null, personal_digest = null`,
      'record.altered',
    ],
  ];
  return positions(log).flatMap(([which, id]) =>
    columns.map(([what, sql, finds]): Tamper => ({
      name: `${which} record: alters ${what}`,
      act: (db) => db.exec(`update audit_log set ${sql} where id = ${String(id)}`),
      finds,
      sequence: id,
    })),
  );
}

/** Records that go, come, or change places. */
function moved(log: LogFacts): Tamper[] {
  const { records, middle } = log;
  const swap = (columns: string, one: number, other: number): string => `
    create temp table swapped as select * from audit_log where id in (${String(one)}, ${String(other)});
    update audit_log set (${columns}) = (select ${columns} from swapped
      where swapped.id = ${String(one + other)} - audit_log.id)
    where id in (${String(one)}, ${String(other)})`;
  return [
    ...positions(log).map(([which, id]): Tamper => ({
      name: `deletes ${which} record, with its words in the index`,
      act: (db) => remove(db, id),
      finds: id === records ? 'chain.truncated' : 'record.missing',
      sequence: id,
    })),
    {
      name: 'deletes a record from the middle and moves all later ones up',
      act(db) {
        remove(db, middle);
        db.exec(
          `update audit_log set id = id - 1, sequence = sequence - 1 where id > ${String(middle)}`,
        );
        db.exec(`update audit_terms set record = record - 1 where record > ${String(middle)}`);
        resetHead(db);
      },
      finds: 'record.altered',
      sequence: middle,
    },
    ...positions(log).map(([which, id]): Tamper => ({
      name: `gives ${which} record an id far away`,
      act: (db) => db.exec(`update audit_log set id = 9007199254740990 where id = ${String(id)}`),
      finds: id === records ? 'record.column_altered' : 'record.out_of_order',
      sequence: id,
    })),
    {
      name: 'gives a middle record an id before the first',
      act: (db) => db.exec(`update audit_log set id = -3 where id = ${String(middle)}`),
      finds: 'record.out_of_order',
      sequence: middle,
    },
    {
      name: 'gives the last record an id that no JavaScript number holds',
      act: (db) =>
        db.exec(`update audit_log set id = 9223372036854775807 where id = ${String(records)}`),
      finds: 'record.altered',
      sequence: records,
    },
    {
      name: 'swaps two neighbours in the middle, ids and all',
      act: (db) =>
        db.exec(
          swap(
            'writer, sequence, digest, time, personal, personal_digest, entry',
            middle,
            middle + 1,
          ),
        ),
      finds: 'record.out_of_order',
      sequence: middle,
    },
    {
      name: 'swaps what the first and the last record say',
      act: (db) => db.exec(swap('time, personal, personal_digest, entry', 1, records)),
      finds: 'record.altered',
      sequence: 1,
    },
    {
      name: 'inserts a copy of a record at the end',
      act: (db) =>
        db.exec(
          `insert into audit_log select ${String(records + 1)}, writer, sequence, digest, time, personal, personal_digest, entry
             from audit_log where id = ${String(middle)}`,
        ),
      finds: 'record.inserted',
      sequence: middle,
    },
    {
      name: 'inserts a record before the first',
      act: (db) =>
        db.exec(
          `insert into audit_log select -5, writer, 0, digest, time, personal, personal_digest, entry
             from audit_log where id = 1`,
        ),
      finds: 'record.inserted',
      sequence: 0,
    },
    {
      name: 'inserts one more record that continues the chain, and forgets the head',
      act(db) {
        db.exec(
          `insert into audit_log select ${String(records + 1)}, 1, ${String(records + 1)}, digest, time, null, null, entry
             from audit_log where id = ${String(middle)}`,
        );
        db.exec(
          `insert into audit_terms select term, time, ${String(records + 1)}
             from audit_terms where record = ${String(middle)}`,
        );
        const head = db.prepare('select sequence, digest from audit_chains').get();
        rechain(db, records + 1);
        db.prepare('update audit_chains set sequence = @sequence, digest = @digest').run(head);
      },
      finds: 'chain.head_altered',
      sequence: records + 1,
    },
    {
      name: 'inserts a record in the middle and moves all later ones down',
      act(db) {
        const at = String(middle);
        db.exec(`update audit_log set id = -id where id >= ${at}`);
        db.exec('update audit_log set id = 1 - id, sequence = sequence + 1 where id < 0');
        db.exec(
          `insert into audit_log select ${at}, writer, ${at}, digest, time, personal, personal_digest, entry
             from audit_log where id = 1`,
        );
        resetHead(db);
      },
      finds: 'record.altered',
      sequence: middle,
    },
  ];
}

/** Records taken from either end. */
function truncated({ records, middle, checkpoints }: LogFacts): Tamper[] {
  const cut = (db: Parameters<Tamper['act']>[0], where: string): void => {
    db.exec(`delete from audit_terms where record ${where}`);
    db.exec(`delete from audit_log where id ${where}`);
  };
  const late = checkpoints.at(-2) ?? 0;
  return [
    {
      name: 'truncates the log',
      act: (db) => cut(db, `> ${String(middle)}`),
      finds: 'chain.truncated',
      sequence: middle + 1,
    },
    {
      name: 'truncates the log and sets the head back',
      act(db) {
        cut(db, `> ${String(middle)}`);
        resetHead(db);
      },
      finds: 'chain.truncated',
      sequence: middle + 1,
    },
    {
      name: 'truncates the log to the last checkpoint but one, sets the head back and takes away the last',
      act(db) {
        cut(db, `> ${String(late)}`);
        resetHead(db);
        db.exec(`delete from audit_checkpoints where number = ${String(checkpoints.length)}`);
      },
      finds: 'chain.truncated',
      sequence: late + 1,
      byKept: true,
    },
    {
      name: 'truncates the log to before the newest key, sets the head back and takes away the checkpoints after it',
      act(db) {
        const [id, checkpoint] =
          db
            .prepare<[], [number, number]>(
              `select id, json_extract(entry, '$.after.checkpoint') from audit_log
                 where json_extract(entry, '$.event') = 'audit.key_introduced' order by id desc limit 1`,
            )
            .raw()
            .get() ?? [];
        cut(db, `>= ${String(id)}`);
        resetHead(db);
        db.exec(`delete from audit_checkpoints where number >= ${String(checkpoint)}`);
      },
      finds: 'key.unrecorded',
    },
    {
      name: 'empties the log and its checkpoints, and leaves the keys',
      act(db) {
        cut(db, '> 0');
        db.exec(`update audit_chains set sequence = 0, digest = zeroblob(32)`);
        db.exec('delete from audit_checkpoints');
      },
      finds: 'key.unrecorded',
    },
    {
      name: 'empties the log, and everything that tells of it',
      act(db) {
        cut(db, '> 0');
        db.exec(`update audit_chains set sequence = 0, digest = zeroblob(32)`);
        db.exec('delete from audit_checkpoints; delete from audit_keys');
      },
      finds: 'checkpoint.unknown_key',
      byKept: true,
    },
    {
      name: 'truncates the beginning',
      act: (db) => cut(db, `< ${String(middle)}`),
      finds: 'record.missing',
      sequence: 1,
    },
    {
      name: 'truncates the beginning, and says that it was dropped by its age',
      act(db) {
        db.exec(
          `update audit_chains set base_sequence = ${String(middle - 1)},
             base_digest = (select digest from audit_log where id = ${String(middle - 1)})`,
        );
        cut(db, `< ${String(middle)}`);
      },
      finds: 'record.missing',
      sequence: 1,
    },
    {
      name: 'empties the log and leaves the head',
      act: (db) => cut(db, `<= ${String(records)}`),
      finds: 'chain.truncated',
      sequence: 1,
    },
  ];
}

/** What would be a record, were its members what they should be. */
const WRONG_TYPES = JSON.stringify({
  ...{ time: 5, event: 'token.issued', decision: 'granted', requestId: 'r' },
  requestedScopes: 5,
});

/** Somebody who knows how the chain is made, and makes it anew. */
function clever({ records, middle, checkpoints }: LogFacts): Tamper[] {
  // What no word of the index says.
  const alter = `update audit_log set entry = '{"detail":"not so",' || substr(entry, 2) where id = ${String(middle)}`;
  const next = checkpoints.find((place) => place >= middle) ?? records;
  return [
    {
      name: 'alters a record and makes all later digests and the head anew',
      act(db) {
        db.exec(alter);
        rechain(db, middle);
      },
      finds: 'checkpoint.mismatch',
      sequence: next,
    },
    {
      name: 'alters personal fields and makes all later digests and the head anew',
      act(db) {
        db.exec(
          `update audit_log set personal = '{"address":"192.0.2.99"}' where id = ${String(middle)}`,
        );
        rechain(db, middle);
      },
      finds: 'checkpoint.mismatch',
      sequence: next,
    },
    ...['null', '[]', '7', '{}', '{"time":"then"}', WRONG_TYPES].map((entry): Tamper => ({
      name: `puts ${entry.slice(0, 20)} in the place of a record and makes all later digests anew`,
      act(db) {
        const put = db.prepare('update audit_log set entry = ?, time = ? where id = ?');
        put.run(entry, 5, middle);
        rechain(db, middle);
      },
      finds: 'record.altered',
      sequence: middle,
    })),
    {
      name: 'makes everything anew and takes the checkpoints away',
      act(db) {
        db.exec(alter);
        rechain(db, 1);
        db.exec('delete from audit_checkpoints');
      },
      finds: 'checkpoint.missing',
    },
    {
      name: 'makes everything anew, with records that tell of no checkpoint, and takes the checkpoints away',
      act(db) {
        db.exec(alter);
        db.exec(
          `update audit_log set entry = json_remove(entry, '$.after.checkpoint')
             where json_extract(entry, '$.event') = 'audit.key_introduced'`,
        );
        rechain(db, 1);
        db.exec('delete from audit_checkpoints');
      },
      finds: 'checkpoint.mismatch',
      sequence: records,
      byKept: true,
    },
  ];
}

/** Everything that is tried on records. */
export const recordTampers = (log: LogFacts): readonly Tamper[] => [
  ...altered(log),
  ...moved(log),
  ...truncated(log),
  ...clever(log),
];
