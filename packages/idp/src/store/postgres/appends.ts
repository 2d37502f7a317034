import { toHex } from '../../audit/chain.ts';
import { encodeRow, idInManyChains } from '../audit-rows.ts';
import type { AuditRow } from '../audit-rows.ts';
import type { CommandOf } from '../engine.ts';
import { StoreUnavailable } from '../unavailable.ts';
import { endBackend } from './backend.ts';
import type { Backend } from './backend.ts';
import type { CommitBatch } from './batches.ts';
import { isCut } from './faults.ts';
import { readHead } from './session.ts';
import type { Seat, Session } from './session.ts';

/** Writes records after the head that the writer knows, and nothing at all where the chain ends elsewhere. */
const APPEND = `with head as (
    update audit_chains set sequence = $2, digest = $3
    where writer = $1::integer and sequence = $4 and digest = $5 returning writer
  ), records as (
    insert into audit_log (id, writer, sequence, digest, time, personal, personal_digest, entry)
    select id, $1::integer, sequence, digest, time, personal, personal_digest, entry
    from unnest($6::bigint[], $7::bigint[], $8::bytea[], $9::bigint[], $10::text[], $11::bytea[], $12::text[])
      as row (id, sequence, digest, time, personal, personal_digest, entry)
    where exists (select from head)
  ), words as (
    insert into audit_terms (term, time, record)
    select term, time, record from unnest($13::text[], $14::bigint[], $15::bigint[]) as word (term, time, record)
    where exists (select from head)
  ), derived as (
    insert into derivations (jti, parent_jti, expires_at, derivation)
    select jti, parent_jti, expires_at, derivation
    from unnest($16::text[], $17::text[], $18::bigint[], $19::text[])
      as derivation (jti, parent_jti, expires_at, derivation)
    where exists (select from head)
  )
  select count(*) as written from head`;

/** What was sent when the connection was cut: it may have been committed all the same, or may yet be as long as its backend lives. */
interface Doubt {
  readonly backend: Backend;
  readonly commands: readonly CommandOf<'append'>[];
  readonly last: AuditRow;
}

/** Says that somebody else has written under the number of this writer. */
class HeadMoved extends Error {
  override readonly name = 'HeadMoved';
}

/** Says that a batch may yet be committed, so that nobody knows whether it is to be written. */
class StillInDoubt extends StoreUnavailable {
  override readonly name = 'StillInDoubt';
}

/** Whether an append that failed so can be tried again. */
export const isAppendAgain = (error: unknown): boolean =>
  error instanceof HeadMoved || error instanceof StillInDoubt || isCut(error);

/**
 * Makes what appends to the log: a whole batch in one statement, which is one round trip and one commit.
 *
 * Where the connection was cut with a batch on its way, its backend is ended first, which may still be at it; then the digest of
 * the last record tells whether the batch was committed, so that it can be tried again without being written twice. As long as the
 * backend lives nothing is written at all.
 */
export function createAppends(session: Session): CommitBatch<CommandOf<'append'>, undefined> {
  let doubt: Doubt | undefined;
  const written = new WeakSet<CommandOf<'append'>>();

  const wasCommitted = async (seat: Seat, { last }: Doubt): Promise<boolean> => {
    const { rows } = await seat.client.query<{ readonly digest: Uint8Array }>(
      'select digest from audit_log where id = $1',
      [last.id],
    );
    return rows[0] !== undefined && toHex(rows[0].digest) === toHex(last.digest);
  };

  /** Gives the commands that are still to be written. */
  const settle = async (
    seat: Seat,
    commands: readonly CommandOf<'append'>[],
  ): Promise<readonly CommandOf<'append'>[]> => {
    if (doubt) {
      if (!(await endBackend(seat.client, doubt.backend))) {
        throw new StillInDoubt('a batch whose connection was cut may yet be committed');
      }
      if (await wasCommitted(seat, doubt)) for (const one of doubt.commands) written.add(one);
      doubt = undefined;
    }
    return commands.filter((command) => !written.has(command));
  };

  const append = async (seat: Seat, commands: readonly CommandOf<'append'>[]): Promise<void> => {
    const rows: AuditRow[] = [];
    const words = { terms: [] as string[], times: [] as number[], records: [] as number[] };
    let { head } = seat;
    for (const { entry } of commands) {
      const row = encodeRow(seat.writer, head, entry, idInManyChains);
      rows.push(row);
      for (const term of entry.terms) {
        words.terms.push(term);
        words.times.push(entry.time);
        words.records.push(row.id);
      }
      head = row;
    }
    const last = rows.at(-1);
    if (last === undefined) return;
    const derivations = commands.flatMap(({ derivation }) => (derivation ? [derivation] : []));
    doubt = { backend: seat.backend, commands, last };
    const query = seat.client.query<{ readonly written: number }>({
      name: 'ambit-append',
      text: APPEND,
      values: [
        ...[seat.writer, last.sequence, last.digest, seat.head.sequence, seat.head.digest],
        rows.map(({ id }) => id),
        rows.map(({ sequence }) => sequence),
        rows.map(({ digest }) => digest),
        rows.map(({ time }) => time),
        rows.map(({ personal }) => personal),
        rows.map(({ personal_digest: digest }) => digest),
        rows.map(({ entry }) => entry),
        ...[words.terms, words.times, words.records],
        derivations.map(([jti]) => jti),
        derivations.map(([, parentJti]) => parentJti),
        derivations.map(([, , expiresAt]) => expiresAt),
        derivations.map(([, , , derivation]) => derivation),
      ],
    });
    const { rows: told } = await query.catch((error: unknown) => {
      if (!isCut(error)) doubt = undefined; // refused, so certainly not committed
      throw error;
    });
    doubt = undefined;
    if (told[0]?.written !== 1) {
      seat.head = await readHead(seat.client, seat.writer);
      throw new HeadMoved('another process writes under the number of this one');
    }
    seat.head = { sequence: last.sequence, digest: last.digest };
  };

  return async (commands) => {
    const seat = await session.seat();
    try {
      await append(seat, await settle(seat, commands));
    } catch (error) {
      if (isCut(error)) session.leave(seat);
      throw error;
    }
    return commands.map(() => undefined);
  };
}
