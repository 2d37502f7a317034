import type { Knex } from 'knex';
import type { AuditFilter, AuditPage } from '../audit/ports.ts';
import { everyRecord, termGroups } from '../audit/terms.ts';
import type { Term } from '../audit/terms.ts';
import { RECORD_COLUMNS } from './audit-rows.ts';
import type { AuditRow, TermRow } from './audit-rows.ts';

type Terms = Knex.QueryBuilder<TermRow, TermRow[]>;

type Groups = ReturnType<typeof termGroups>;

/**
 * How the log is searched: the index is read from one end of the time asked for, at the words of the first group, and each
 * place found must have a word of every other group. Nothing is sorted but the few places where two words meet.
 */
function places(
  db: Knex,
  [words = [], ...others]: Groups,
  filter: AuditFilter,
  shape: (words: Terms) => Terms,
): Terms {
  const streams = words.map((word) => {
    const stream = meet(db, streamOf(db, word, filter), others);
    return db.select('time', 'record').from(shape(stream).as('words')) as unknown as Terms;
  });
  return unite(streams);
}

/** The places of a word. */
function streamOf(db: Knex, word: Term, filter: AuditFilter): Terms {
  const stream = db<TermRow>('audit_terms').where({ term: word }) as Terms;
  if (filter.since !== undefined) void stream.where('time', '>=', filter.since);
  if (filter.until !== undefined) void stream.where('time', '<', filter.until);
  return stream;
}

/** Narrows places to those that have a word of every group. */
function meet(db: Knex, stream: Terms, groups: Groups, of = 'audit_terms'): Terms {
  for (const group of groups) {
    void stream.whereExists(
      sameRecord(db, group).whereRaw(`other.time = ${of}.time and other.record = ${of}.record`),
    );
  }
  return stream;
}

function unite([first, ...rest]: readonly Terms[]): Terms {
  if (first === undefined) throw new Error('a filter without words');
  return rest.reduce((all, next) => all.unionAll(next), first);
}

const sameRecord = (db: Knex, group: readonly Term[]): Knex.QueryBuilder =>
  db('audit_terms as other').select(db.raw('1')).whereIn('other.term', group);

/** How many places of a word are looked at, to find the group that leaves the fewest and to count where several must meet. */
const EXAMINED_MOST = 10_000;

/**
 * The groups of a filter, first the one that leaves the fewest records: those of a busy client are a million, and those of
 * them that were refused a handful, which must not be looked for among the million.
 */
async function weighGroups(db: Knex, filter: AuditFilter): Promise<readonly Weighed[]> {
  const groups = termGroups(filter);
  const weighed = await Promise.all(
    groups.map(async (group) => ({
      group,
      weight: groups.length === 1 ? 0 : await countPlaces(db, [group], filter, EXAMINED_MOST),
    })),
  );
  return weighed.toSorted((a, b) => a.weight - b.weight);
}

/** A group of words, and how many records it leaves, as far as they are looked at. */
interface Weighed {
  readonly group: Groups[number];
  readonly weight: number;
}

/** Counts as far as `most`, and where several groups must meet among some places of the first group alone. */
async function countPlaces(
  db: Knex,
  [words = [], ...others]: Groups,
  filter: AuditFilter,
  most: number,
): Promise<number> {
  const streams = words.map((word) => {
    const some = streamOf(db, word, filter)
      .select('time', 'record')
      .limit(others.length === 0 ? most : EXAMINED_MOST) as Terms;
    const examined = db.select('time', 'record').from(some.as('examined')) as unknown as Terms;
    return meet(db, examined, others, 'examined');
  });
  const found = db.select('*').from(unite(streams).as('words')).limit(most);
  const [row] = await db.from(found.as('found')).count({ total: '*' });
  return Number((row as { total?: unknown } | undefined)?.total);
}

/** A search of the log by a filter. */
export interface AuditSearch {
  /** The rows of one page, in its order. */
  select(page: AuditPage): Promise<readonly AuditRow[]>;
  /** How many records pass, as far as `most`; where not all were looked at, there may be more. */
  count(most: number): Promise<{ readonly counted: number; readonly isAll: boolean }>;
}

/** Prepares a search: finds where to begin. */
export async function searchLog(db: Knex, filter: AuditFilter): Promise<AuditSearch> {
  const weighed = await weighGroups(db, filter);
  const groups = weighed.length === 0 ? [everyRecord()] : weighed.map(({ group }) => group);
  const isAll = (weighed[0]?.weight ?? 0) < EXAMINED_MOST;
  return {
    select: (page) => selectPlaces(db, groups, filter, page),
    async count(most) {
      return { counted: await countPlaces(db, groups, filter, most), isAll };
    },
  };
}

async function selectPlaces(
  db: Knex,
  groups: Groups,
  filter: AuditFilter,
  { limit, order, from }: AuditPage,
): Promise<readonly AuditRow[]> {
  const [direction, beyond] = order === 'oldest-first' ? ['asc', '>'] : ['desc', '<'];
  const found = places(db, groups, filter, (words) => {
    void words.select('time', 'record').limit(limit);
    void words.orderBy([
      { column: 'time', order: direction },
      { column: 'record', order: direction },
    ]);
    if (from) {
      void words
        .where('time', `${beyond}=`, from.time)
        .whereRaw(`(time <> ? or record ${beyond} ?)`, [from.time, from.id]);
    }
    return words;
  });
  return db
    .from(found.as('found'))
    .join('audit_log', 'audit_log.id', 'found.record')
    .orderBy([
      { column: 'found.time', order: direction },
      { column: 'found.record', order: direction },
    ])
    .limit(limit)
    .select<AuditRow[]>(RECORD_COLUMNS.map((column) => `audit_log.${column}`));
}

/** Narrows rows of the log to those that pass a filter. */
export function narrowLog<Q extends Knex.QueryBuilder>(db: Knex, rows: Q, filter: AuditFilter): Q {
  if (filter.since !== undefined) void rows.where('audit_log.time', '>=', filter.since);
  if (filter.until !== undefined) void rows.where('audit_log.time', '<', filter.until);
  for (const group of termGroups(filter)) {
    const words = sameRecord(db, group);
    void words.whereRaw('other.time = audit_log.time and other.record = audit_log.id');
    void rows.whereExists(words);
  }
  return rows;
}
