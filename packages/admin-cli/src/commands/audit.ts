import type { AuditQuery, WireAuditRecord } from '@ambit/sdk';
import { ONLINE } from '../command.ts';
import type { Command } from '../command.ts';
import type { Input, OptionSpec } from '../syntax.ts';
import type { Context } from '../context.ts';
import { Failure } from '../failure.ts';
import { auditRow, writeAuditLine } from '../output/audit.ts';
import { writeTable } from '../output/table.ts';
import { decodeTimeAgo } from '../time.ts';

const FILTERS: readonly OptionSpec[] = [
  { flag: '--client', value: 'CLIENT', about: 'about this client and its tokens' },
  { flag: '--subject', value: 'SUBJECT', about: 'about tokens of this subject' },
  { flag: '--event', value: 'EVENT', about: 'of this kind, `token.refused` for example' },
  {
    flag: '--decision',
    value: 'DECISION',
    about: 'with this outcome',
    choices: ['granted', 'refused'],
  },
  { flag: '--jti', value: 'JTI', about: 'about this token' },
  { flag: '--scope', value: 'SCOPE', about: 'in which this scope was asked for or granted' },
  { flag: '--request-id', value: 'ID', about: 'of this request' },
];

const list: Command = {
  name: 'audit list',
  summary: 'Lists audit records, newest first',
  about: 'Lists all that match unless `--limit` is given; then says how many there are.',
  options: [
    ...FILTERS,
    { flag: '--since', value: 'TIME', about: 'not before: a time, or `2h` ago' },
    { flag: '--until', value: 'TIME', about: 'before: a time, or `2h` ago' },
    { flag: '--limit', value: 'N', about: 'at most so many' },
  ],
  example: 'ambit audit list --event token.refused --since 24h',
  exits: ONLINE,
  async run(input, context) {
    const most = decodeCount(input.value('--limit'));
    const now = context.io.now();
    const [since, until] = [input.value('--since'), input.value('--until')];
    const query = {
      ...filterOf(input),
      ...(since === undefined ? {} : { since: decodeTimeAgo(since, now) }),
      ...(until === undefined ? {} : { until: decodeTimeAgo(until, now) }),
    };
    const page = await (await context.api()).audit.list(query, most);
    if (page.total > page.items.length) {
      const more = page.uncounted ? 'more than ' : '';
      context.note(`${String(page.items.length)} of ${more}${String(page.total)} records`);
    }
    const head = ['TIME', 'EVENT', 'DECISION', 'WHO', 'ABOUT', 'WHY'];
    const rows = page.items.map((record) => auditRow(record, context.palette));
    return { data: page, text: writeTable(head, rows, context.palette) };
  },
};

/** How often `audit tail` asks at most, and by default. */
const FLOOR_SECONDS = 1;
const USUAL_SECONDS = '2';

const tail: Command = {
  name: 'audit tail',
  summary: 'Follows the audit log until it is interrupted',
  about:
    'Writes the last ten records that match, then each new one: a line of text, or of JSON with `--output json`.',
  options: [
    ...FILTERS,
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
    const filter = filterOf(input);
    const { audit } = await context.api();
    const stopped = context.io.onStop();
    const recent = await audit.list({ ...filter, order: 'newest-first' }, 10);
    writeRecords([...recent.items].reverse(), context);
    // By the number it was written under: what comes in late is news too, whatever its time.
    let after = Math.max(0, ...recent.items.map(({ id }) => id));
    while (!stopped.aborted) {
      await context.io.wait(interval * 1000, stopped);
      if (stopped.aborted) break;
      const news = await audit.news(filter, after);
      writeRecords(news, context);
      after = news.at(-1)?.id ?? after;
    }
    return undefined;
  },
};

/** Every command `ambit audit …`. */
export const auditCommands: readonly Command[] = [list, tail];

function writeRecords(records: readonly WireAuditRecord[], context: Context): void {
  for (const record of records) context.writeLine(record, writeAuditLine(record, context.palette));
}

function filterOf(input: Input): AuditQuery {
  const named = FILTERS.map(({ flag }) => [flag.slice(2).replace('-', '_'), input.value(flag)]);
  return Object.fromEntries(named.filter(([, value]) => value !== undefined));
}

function decodeCount(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Failure(
    'usage',
    `\`${text}\` is no number of records`,
    'give a whole number from 1 on',
  );
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
