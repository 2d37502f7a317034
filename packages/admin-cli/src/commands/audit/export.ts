import { ONLINE } from '../../command.ts';
import type { Command } from '../../command.ts';
import { escapeUnprintable } from '../../output/printable.ts';
import { auditCsvHead, writeAuditCsv } from '../../output/audit-csv.ts';
import { FILTERS, filterOf, SINCE, sinceOf, UNTIL, untilOf } from './filters.ts';

/** How much is gathered before it is written, in characters. */
const WRITTEN_AT_ONCE = 65_536;

/** `ambit audit export`. */
export const exportCommand: Command = {
  name: 'audit export',
  summary: 'Writes every audit record that matches, oldest first, as it comes',
  about:
    'As lines of JSON, exactly as the log has them, or as CSV (RFC 4180) for a spreadsheet. Each has its writer, sequence and digest, by which a checkpoint names it. An export that was broken off ends with another exit code than 0.',
  options: [
    ...FILTERS,
    SINCE,
    UNTIL,
    {
      flag: '--format',
      value: 'FORMAT',
      about: '`ndjson` unless told',
      choices: ['ndjson', 'csv'],
    },
  ],
  example: 'ambit audit export --since 30d > audit.ndjson',
  exits: ONLINE,
  async run(input, context) {
    const csv = input.value('--format') === 'csv';
    const now = context.io.now();
    const query = { ...filterOf(input), ...sinceOf(input, now), ...untilOf(input, now) };
    const { audit } = await context.api();
    let gathered = csv ? auditCsvHead() : '';
    const write = async (): Promise<void> => {
      context.io.stdout(gathered);
      gathered = '';
      await context.io.drained();
    };
    for await (const record of audit.export(query)) {
      gathered += csv ? writeAuditCsv(record) : `${escapeUnprintable(JSON.stringify(record))}\n`;
      if (gathered.length >= WRITTEN_AT_ONCE) await write();
    }
    await write();
    return undefined;
  },
};
