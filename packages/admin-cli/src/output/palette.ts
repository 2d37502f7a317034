import type { Io } from '../io.ts';

/** How to make words stand out; changes nothing where there is no colour. */
export interface Palette {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly careful: (text: string) => string;
}

const wrap =
  (open: number, close: number) =>
  (text: string): string =>
    text === '' ? '' : `\u001b[${String(open)}m${text}\u001b[${String(close)}m`;

const COLOURS: Palette = {
  strong: wrap(1, 22),
  faint: wrap(2, 22),
  good: wrap(32, 39),
  bad: wrap(31, 39),
  careful: wrap(33, 39),
};

const same = (text: string): string => text;

const PLAIN: Palette = { strong: same, faint: same, good: same, bad: same, careful: same };

/** The palette of a stream: colours on a terminal alone, and not where NO_COLOR is set (https://no-color.org). */
export function paletteOf(
  stream: 'stdout' | 'stderr',
  { isTerminal, env }: Pick<Io, 'isTerminal' | 'env'>,
): Palette {
  const wanted = (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  return isTerminal[stream] && wanted ? COLOURS : PLAIN;
}
