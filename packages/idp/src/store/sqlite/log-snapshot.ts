import type { Database } from 'better-sqlite3';
import { CHAIN_START_HEX } from '../../audit/chain.ts';
import type { ChainPlace, StoredCheckpoint, StoredLink } from '../../audit/ports.ts';
import type { LogSnapshot, StoredWord } from '../../audit/verification/ports.ts';
import { WRITER } from '../audit.ts';
import { idInOneChain as idOf } from '../audit-rows.ts';

/** Rows that are read at once; larger portions are no faster. */
const PORTION = 1_000;

/** Below every integer that SQLite can hold. */
const LOWEST = -(2n ** 63n);
const HIGHEST = 2n ** 63n - 1n;

/** Digests come as hex, since bytes take twice as long to cross over into JavaScript. */
const LINK = `id, writer, sequence, time, lower(hex(digest)) as digest, entry, personal,
  case when personal_digest is null then null else lower(hex(personal_digest)) end as personalDigest`;

const CHAIN = `writer, sequence, lower(hex(digest)) as digest, base_sequence as baseSequence,
  case when base_digest is null then '${CHAIN_START_HEX}' else lower(hex(base_digest)) end as baseDigest,
  impersonal_to as impersonalTo`;

interface ChainRow extends ChainPlace {
  readonly writer: number;
  readonly baseSequence: number;
  readonly baseDigest: string;
  readonly impersonalTo: number;
}

/** Whether a whole number was too large to come over exactly; none that the server writes is. */
const isBlurred = (value: number): boolean =>
  Number.isInteger(value) && !Number.isSafeInteger(value);

/** Where the portion after this one begins; undefined where there is none, or the numbers have come to what nobody wrote. */
function following<T>(portion: readonly T[], numberOf: (row: T) => number): number | undefined {
  const last = portion[PORTION - 1];
  const number = last && numberOf(last);
  return number === undefined || isBlurred(number) ? undefined : number + 1;
}

/** The log as a connection sees it, which must stay within one read transaction. */
export function createLogSnapshot(db: Database): LogSnapshot {
  const chains = db.prepare<[], ChainRow>(`select ${CHAIN} from audit_chains order by writer`);
  const links = db.prepare<[bigint | number, bigint | number], StoredLink>(
    `select ${LINK} from audit_log where id >= ? and id <= ? order by id limit ${PORTION}`,
  );
  const before = db.prepare<[number | bigint, number], StoredLink>(
    `select ${LINK} from audit_log where id <= ? and writer = ? order by id desc limit 1`,
  );
  const find = db
    .prepare<[number, number], number>('select id from audit_log where writer = ? and sequence = ?')
    .pluck();
  const digestAt = db
    .prepare<[number, number, number], string>(
      'select lower(hex(digest)) from audit_log where id = ? and writer = ? and sequence = ?',
    )
    .pluck();
  const words = (end: string) =>
    db.prepare<unknown[], StoredWord>(
      `select term, time, record from audit_terms where (term, time, record) > (?, ?, ?) ${end}
       order by term, time, record limit ${PORTION}`,
    );
  const [wordsBelow, wordsToTheEnd] = [words('and term < ?'), words('')];
  const wordsOf = db.prepare<[number, number], StoredWord>(
    'select term, time, record from audit_terms where record >= ? and record <= ?',
  );
  const checkpoints = db.prepare<[number | bigint], StoredCheckpoint>(
    `select number, statement from audit_checkpoints where number >= ? order by number limit ${PORTION}`,
  );
  const checkpoint = db
    .prepare<[number], string>('select statement from audit_checkpoints where number = ?')
    .pluck();

  return {
    writers: async () => [WRITER],
    idOf,
    chains: async () =>
      chains.all().map((row) => ({
        writer: row.writer,
        head: { sequence: row.sequence, digest: row.digest },
        base: { sequence: row.baseSequence, digest: row.baseDigest },
        impersonalTo: row.impersonalTo,
      })),
    last: async (writer) => before.get(HIGHEST, writer),
    before: async (writer, id) => before.get(id, writer),
    async *links(from, to) {
      let next: number | bigint | undefined = from ?? LOWEST;
      while (next !== undefined) {
        const rows: StoredLink[] = links.all(next, to ?? HIGHEST);
        if (rows.length > 0) yield rows;
        next = following(rows, ({ id }) => id);
      }
    },
    find: async (writer, sequence) => find.get(writer, sequence),
    digestAt: async (writer, sequence) => digestAt.get(idOf(writer, sequence), writer, sequence),
    async *words(from, below) {
      const end = below === undefined ? [] : [below];
      const query = below === undefined ? wordsToTheEnd : wordsBelow;
      for (let after: readonly unknown[] = [from, LOWEST, LOWEST]; ;) {
        const portion: StoredWord[] = query.all(...after, ...end);
        if (portion.length > 0) yield portion;
        const last = portion[PORTION - 1];
        if (last === undefined || isBlurred(last.time) || isBlurred(last.record)) return;
        after = [last.term, last.time, last.record];
      }
    },
    wordsOf: async (from, to) => wordsOf.all(from, to),
    async *checkpoints() {
      let next: number | bigint | undefined = LOWEST;
      while (next !== undefined) {
        const portion: StoredCheckpoint[] = checkpoints.all(next);
        if (portion.length > 0) yield portion;
        next = following(portion, ({ number }) => number);
      }
    },
    checkpoint: async (number) => checkpoint.get(number),
  };
}
