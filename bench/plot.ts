import type { RowFigures } from './measure.ts';

const WIDTH = 760;
const LABELS = 330;
const BAR = 22;
const PITCH = 34;
const TOP = 44;

/**
 * A bar for each row, as long as its median, with its lowest and highest round on it. The figures are of one run on one
 * machine: what counts is how they compare.
 */
export function plotRows(title: string, rows: readonly RowFigures[]): string {
  const most = Math.max(...rows.map(({ requestsPerSecond }) => requestsPerSecond.highest));
  const scale = (value: number): number => (value / most) * (WIDTH - LABELS - 90);
  const height = TOP + rows.length * PITCH + 10;
  const bars = rows.map(({ name, requestsPerSecond: { median, lowest, highest } }, index) => {
    const y = TOP + index * PITCH;
    const middle = y + BAR / 2;
    const [from, to] = [LABELS + scale(lowest), LABELS + scale(highest)];
    const ours = name.includes('Ambit') ? 'ours' : 'theirs';
    return [
      `<text class="label" x="${String(LABELS - 10)}" y="${at(middle + 4)}">${escaped(name)}</text>`,
      `<rect class="${ours}" x="${String(LABELS)}" y="${String(y)}" width="${at(scale(median))}" height="${String(BAR)}"/>`,
      `<path d="M${at(from)} ${String(middle)}H${at(to)}"/>`,
      `<text x="${at(to + 8)}" y="${at(middle + 4)}">${median.toFixed(0)}/s</text>`,
    ].join('');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(WIDTH)} ${String(height)}" role="img">
<title>${escaped(title)}</title>
<style>text{font:13px sans-serif;fill:#222}.label{text-anchor:end}.title{font-weight:600}.ours{fill:#2f6f9f}.theirs{fill:#b8c4cc}path{stroke:#111;stroke-width:2}</style>
<rect width="100%" height="100%" fill="#fff"/>
<text class="title" x="10" y="24">${escaped(title)}</text>
${bars.join('\n')}
</svg>
`;
}

const at = (value: number): string => value.toFixed(1);

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
