import { ONLINE } from '../../command.ts';
import type { Command } from '../../command.ts';
import { Failure } from '../../failure.ts';
import { auditRow, writeAuditFacts } from '../../output/audit.ts';
import { writeTable } from '../../output/table.ts';
import { FILTERS, filterOf, SINCE, sinceOf, UNTIL, untilOf } from './filters.ts';

/** `ambit audit list`. */
export const list: Command = {
  name: 'audit list',
  summary: 'Lists audit records, newest first',
  about: 'Lists all that match unless `--limit` is given; then says how many there are.',
  options: [...FILTERS, SINCE, UNTIL, { flag: '--limit', value: 'N', about: 'at most so many' }],
  example: 'ambit audit list --event token.refused --since 24h',
  exits: ONLINE,
  async run(input, context) {
    const most = decodeCount(input.value('--limit'));
    const now = context.io.now();
    const query = { ...filterOf(input), ...sinceOf(input, now), ...untilOf(input, now) };
    const page = await (await context.api()).audit.list(query, most);
    if (page.uncounted || page.total > page.items.length) {
      const least = page.uncounted ? 'at least ' : '';
      context.note(`${String(page.items.length)} of ${least}${String(page.total)} records`);
    }
    const head = ['TIME', 'EVENT', 'DECISION', 'WHO', 'ABOUT', 'WHY'];
    const text = (): string => {
      const rows = page.items.map((record) => auditRow(record, context.palette));
      return writeTable(head, rows, context.palette);
    };
    return { data: page, text };
  },
};

/** `ambit audit show`. */
export const show: Command = {
  name: 'audit show',
  summary: 'Shows one audit record with everything it says',
  arguments: [{ name: 'ID', about: 'its number, as `audit list --output json` tells it' }],
  example: 'ambit audit show 12',
  exits: ONLINE,
  async run(input, context) {
    const id = decodeWhole(input.argument('ID'), 'is no number of a record');
    const record = await (await context.api()).audit.find(id);
    return { data: record, text: writeAuditFacts(record, context.palette) };
  },
};

const decodeCount = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : decodeWhole(text, 'is no number of records');

function decodeWhole(text: string, what: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new Failure('usage', `\`${text}\` ${what}`, 'give a whole number from 1 on');
}
