import type pg from 'pg';
import { CHAIN_START_HEX } from '../../audit/chain.ts';
import type { AuditChain, StoredCheckpoint, StoredLink } from '../../audit/ports.ts';
import type { LogSnapshot, StoredWord } from '../../audit/verification/ports.ts';
import { idInManyChains as idOf, WRITERS_MOST } from '../audit-rows.ts';

/** Rows that are read at once. */
const PORTION = 1_000;

/** The numbers that a column can hold, as text since they are larger than exact ones. */
const LOWEST = '-9223372036854775808';
const HIGHEST = '9223372036854775807';

/** Numbers come as the library of threads reads them: those that nobody of ours wrote may be blurred. */
const NUMBER = (column: string): string => `${column}::float8 as ${column}`;

const LINK = `${['id', 'writer', 'sequence', 'time'].map(NUMBER).join(', ')}, encode(digest, 'hex') as digest,
  entry, personal, encode(personal_digest, 'hex') as "personalDigest"`;

const CHAIN = `writer, sequence::float8 as sequence, encode(digest, 'hex') as digest,
  base_sequence::float8 as "baseSequence", coalesce(encode(base_digest, 'hex'), '${CHAIN_START_HEX}') as "baseDigest",
  impersonal_to::float8 as "impersonalTo"`;

const WORD = `term, ${['time', 'record'].map(NUMBER).join(', ')}`;

interface ChainRow {
  readonly writer: number;
  readonly sequence: number;
  readonly digest: string;
  readonly baseSequence: number;
  readonly baseDigest: string;
  readonly impersonalTo: number;
}

/** Where the portion after this one begins; undefined where there is none, or the numbers have come to what nobody wrote. */
function following<T>(portion: readonly T[], numberOf: (row: T) => number): number | undefined {
  const last = portion[PORTION - 1];
  const number = last && numberOf(last);
  return number === undefined || !Number.isSafeInteger(number) ? undefined : number + 1;
}

/** The log as a connection sees it, which must stay within one transaction of repeatable reads. */
export function createLogSnapshot(client: pg.Client): LogSnapshot {
  const all = async <R extends object>(text: string, values: unknown[] = []): Promise<R[]> =>
    (await client.query<R>(text, values)).rows;
  const first = async <R extends object>(text: string, values: unknown[]): Promise<R | undefined> =>
    (await all<R>(text, values))[0];

  const readLasts = (): Promise<readonly { readonly writer: number; readonly id: string }[]> =>
    all(`select writer, max(id)::text as id from audit_log group by writer order by writer`);
  let lasts: ReturnType<typeof readLasts> | undefined;
  const readChains = async (): Promise<readonly AuditChain[]> =>
    (await all<ChainRow>(`select ${CHAIN} from audit_chains order by writer`)).map((row) => ({
      writer: row.writer,
      head: { sequence: row.sequence, digest: row.digest },
      base: { sequence: row.baseSequence, digest: row.baseDigest },
      impersonalTo: row.impersonalTo,
    }));
  let chains: ReturnType<typeof readChains> | undefined;
  const readById = (id: number | string, writer: number): Promise<StoredLink | undefined> =>
    first(`select ${LINK} from audit_log where id = $1 and writer = $2`, [id, writer]);

  return {
    idOf,
    async writers() {
      const noted = (await (chains ??= readChains())).map(({ writer }) => writer);
      const found = (await (lasts ??= readLasts())).map(({ writer }) => writer);
      return [...new Set([...noted, ...found])].sort((one, other) => one - other);
    },
    chains: () => (chains ??= readChains()),
    async last(writer) {
      const newest = (await (lasts ??= readLasts())).find((last) => last.writer === writer);
      return newest && readById(newest.id, writer);
    },
    async before(writer, id) {
      // The place that should be the one, first: another record is only to be looked for where somebody took that away.
      const sequence = Math.floor((id - writer + 1) / WRITERS_MOST);
      const chain = (await (chains ??= readChains())).find((one) => one.writer === writer);
      const place = Math.min(sequence, chain?.head.sequence ?? 0);
      if (chain && place <= chain.base.sequence) return undefined;
      return (
        (await readById(idOf(writer, place), writer)) ??
        first(
          `select ${LINK} from audit_log where id <= $1 and writer = $2 order by audit_log.id desc limit 1`,
          [id, writer],
        )
      );
    },
    async *links(from, to) {
      for (let next: number | string | undefined = from ?? LOWEST; next !== undefined;) {
        const rows: StoredLink[] = await all(
          `select ${LINK} from audit_log where id >= $1 and id <= $2 order by audit_log.id limit ${String(PORTION)}`,
          [next, to ?? HIGHEST],
        );
        if (rows.length > 0) yield rows;
        next = following(rows, ({ id }) => id);
      }
    },
    async find(writer, sequence) {
      const row = await first<{ readonly id: number }>(
        `select ${NUMBER('id')} from audit_log where writer = $1 and sequence = $2`,
        [writer, sequence],
      );
      return row?.id;
    },
    async digestAt(writer, sequence) {
      const row = await first<{ readonly digest: string }>(
        `select encode(digest, 'hex') as digest from audit_log where id = $1 and writer = $2 and sequence = $3`,
        [idOf(writer, sequence), writer, sequence],
      );
      return row?.digest;
    },
    async *words(from, below) {
      const end = below === undefined ? '' : 'and term < $4';
      const values = below === undefined ? [] : [below];
      for (let after: readonly unknown[] = [from, LOWEST, LOWEST]; ;) {
        const portion: StoredWord[] = await all(
          `select ${WORD} from audit_terms where (audit_terms.term, audit_terms.time, audit_terms.record) > ($1, $2, $3) ${end}
           order by audit_terms.term, audit_terms.time, audit_terms.record limit ${String(PORTION)}`,
          [...after, ...values],
        );
        if (portion.length > 0) yield portion;
        const last = portion[PORTION - 1];
        if (!last || !Number.isSafeInteger(last.time) || !Number.isSafeInteger(last.record)) return;
        after = [last.term, last.time, last.record];
      }
    },
    wordsOf: (from, to) =>
      all(`select ${WORD} from audit_terms where record >= $1 and record <= $2`, [from, to]),
    async *checkpoints() {
      for (let next: number | string | undefined = 0; next !== undefined;) {
        const portion: StoredCheckpoint[] = await all(
          `select number, statement from audit_checkpoints where number >= $1 order by number limit ${String(PORTION)}`,
          [next],
        );
        if (portion.length > 0) yield portion;
        next = following(portion, ({ number }) => number);
      }
    },
    async checkpoint(number) {
      const row = await first<StoredCheckpoint>(
        'select number, statement from audit_checkpoints where number = $1',
        [number],
      );
      return row?.statement;
    },
  };
}
