import { ApiProblem, TokenRefused, Unreachable } from '@ambit/sdk';
import type { AdminClient, AuditQuery, WireAuditRecord } from '@ambit/sdk';
import { ONLINE } from '../../command.ts';
import type { Command } from '../../command.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../failure.ts';
import { writeAuditLine } from '../../output/audit.ts';
import { printable } from '../../output/printable.ts';
import { FILTERS, filterOf, SINCE, sinceOf } from './filters.ts';

/** How often `audit tail` asks at most, and by default. */
const FLOOR_SECONDS = 1;
const USUAL_SECONDS = '2';

/** How many records it begins with. */
const RECENT = 10;

/** `ambit audit tail`. */
export const tail: Command = {
  name: 'audit tail',
  summary: 'Follows the audit log until it is interrupted',
  about:
    'Writes the last ten records that match, or all since a time, then each new one: a line of text, or of JSON with `--output json`. A server that stops answering is waited for, and nothing that it writes meanwhile is missed.',
  options: [
    ...FILTERS,
    SINCE,
    {
      flag: '--interval',
      value: 'SECONDS',
      about: `how often to look; ${USUAL_SECONDS} unless told, at least ${String(FLOOR_SECONDS)}`,
    },
  ],
  example: 'ambit audit tail --decision refused',
  exits: ONLINE,
  async run(input, context) {
    const interval = decodeInterval(input.value('--interval') ?? USUAL_SECONDS);
    const filter = { ...filterOf(input), ...sinceOf(input, context.io.now()) };
    const { audit } = await context.api();
    const stopped = context.io.onStop();
    // By the place at which it was written: what comes in late is news too, whatever its time.
    let after = await audit.position();
    const recent = await begin(audit, filter);
    writeRecords(recent, context);
    let away = false;
    const written = new Set(recent.map(({ id }) => id)); // some of them may be after that place
    while (!stopped.aborted) {
      await context.io.wait(interval * 1000, stopped);
      if (stopped.aborted) break;
      const news = await audit.news(filter, after).catch(unlessAway);
      if (news instanceof Error) {
        if (!away) context.note(`ambit: the server does not answer: ${printable(news.message)}`);
        away = true;
        continue;
      }
      away = false;
      const { records, next } = news;
      writeRecords(
        records.filter(({ id }) => !written.has(id)),
        context,
      );
      written.clear();
      after = next;
    }
    return undefined;
  },
};

/** What an answer says while the server starts again, or nothing does behind a proxy. */
const AWAY: ReadonlySet<number> = new Set([502, 503, 504]);

/** Gives an error that says that the server is away for now: nothing answers, or nothing that could. Throws any other. */
function unlessAway(error: unknown): Error {
  if (error instanceof Unreachable) return error;
  const answered = error instanceof ApiProblem || error instanceof TokenRefused;
  if (answered && AWAY.has(error.status)) return error;
  throw error;
}

/** What is written before anything new comes: all since a time, or the last few, oldest first. */
async function begin(
  audit: AdminClient['audit'],
  filter: AuditQuery,
): Promise<readonly WireAuditRecord[]> {
  if (filter.since !== undefined) {
    return (await audit.list({ ...filter, order: 'oldest-first' })).items;
  }
  return [...(await audit.list({ ...filter, order: 'newest-first' }, RECENT)).items].reverse();
}

function writeRecords(records: readonly WireAuditRecord[], context: Context): void {
  for (const record of records) context.writeLine(record, writeAuditLine(record, context.palette));
}

function decodeInterval(text: string): number {
  const seconds = /^\d{1,5}(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (seconds >= FLOOR_SECONDS) return seconds;
  throw new Failure(
    'usage',
    `\`${text}\` is no interval`,
    `give seconds, at least ${String(FLOOR_SECONDS)}`,
  );
}
