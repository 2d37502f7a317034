import type { WireActivity, WireCount } from '@ambit/sdk';
import type { Palette } from './palette.ts';
import { writeFacts, writeTable } from './table.ts';

const BARS = '▁▂▃▄▅▆▇█';

/** What a server has done lately, on one screen. */
export function writeActivity(activity: WireActivity, palette: Palette): string {
  const { granted, refused, reasons, clients, slowest, issued_by_minute: issued } = activity;
  const head = writeFacts(
    {
      since: activity.since,
      until: activity.until,
      'issued by minute': `${writeBars(issued)}  ${String(issued.reduce((sum, n) => sum + n, 0))} in all`,
    },
    palette,
  );
  const counts = (title: string, rows: readonly WireCount[]): string =>
    writeTable(
      [title, 'TIMES'],
      rows.map(({ name, count }) => [name, count]),
      palette,
    );
  const slow = slowest.map((call) => [
    call.time,
    `${(call.duration_micros / 1000).toFixed(1)} ms`,
    call.event,
    call.client,
    call.request_id,
  ]);
  return [
    head,
    ...(granted.length > 0 ? [counts('GRANTED', granted)] : []),
    ...(refused.length > 0 ? [counts('REFUSED', refused)] : []),
    ...(reasons.length > 0 ? [counts('REASON', reasons)] : []),
    ...(clients.length > 0 ? [counts('CLIENT', clients)] : []),
    ...(slow.length > 0
      ? [writeTable(['SLOWEST', 'TOOK', 'EVENT', 'CLIENT', 'REQUEST'], slow, palette)]
      : []),
  ].join('\n\n');
}

/** A bar for each number, the highest for the greatest. */
function writeBars(numbers: readonly number[]): string {
  const greatest = Math.max(1, ...numbers);
  return numbers.map((n) => BARS[Math.ceil((n / greatest) * (BARS.length - 1))] ?? '').join('');
}
