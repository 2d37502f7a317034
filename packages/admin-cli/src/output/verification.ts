import type { WireLogFinding, WireVerification } from '@ambit/sdk';
import type { Palette } from './palette.ts';
import { printable } from './printable.ts';
import { writeFacts } from './table.ts';

/** What a verification of the audit log came to; `files` are the checkpoints that were brought along. */
export function writeVerification(
  verification: Omit<WireVerification, 'step'>,
  files: readonly string[],
  palette: Palette,
): string {
  const { whole, records, chains, checkpoints, personal_erased: erased } = verification;
  const verdict = whole ? palette.good('whole') : palette.bad('broken');
  const facts = writeFacts(
    {
      records: [
        String(records),
        ...chains.map(({ from, to }) => `${String(from)} to ${String(to)}`),
      ].join(', '),
      checkpoints: writeCheckpoints(checkpoints),
      erased: erased === 0 ? undefined : `personal fields of ${String(erased)} records`,
      ...Object.fromEntries(
        checkpoints.given.map((given, index) => [files[index] ?? '', writeGiven(given)]),
      ),
    },
    palette,
  );
  return [`the audit log is ${verdict}`, ...writeFindings(verification), facts].join('\n');
}

function writeFindings({ broken, findings }: Pick<WireVerification, 'broken' | 'findings'>) {
  const lines = findings.map(({ message }: WireLogFinding) => `  ${printable(message)}`);
  const more = broken - findings.length;
  return more > 0 ? [...lines, `  and ${String(more)} more`] : lines;
}

const writeCheckpoints = ({ count, newest }: WireVerification['checkpoints']): string =>
  newest === undefined
    ? String(count)
    : `${String(count)}, the newest is ${String(newest.number)} of ${newest.time}`;

const HELD = {
  whole: 'all it vouches for is there',
  broken: 'does not match the log',
  dropped: 'all it vouches for has been dropped since',
} as const;

const writeGiven = ({ number, held }: WireVerification['checkpoints']['given'][number]): string =>
  number === undefined ? HELD[held] : `checkpoint ${String(number)}: ${HELD[held]}`;
