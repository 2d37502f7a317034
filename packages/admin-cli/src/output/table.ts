import Table from 'cli-table3';
import stringWidth from 'string-width';
import type { Palette } from './palette.ts';
import { printable } from './printable.ts';

const NO_BORDERS = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left'],
    ...['bottom-right', 'left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
  ].map((part) => [part, '']),
);

/** A word with a colour of its own. */
export interface Painted {
  readonly word: string;
  readonly paint: (text: string) => string;
}

/** What stands in one place of a table; nothing is written as `-`. */
export type Cell = string | number | undefined | Painted;

/** Rows under a head, in columns without borders: good to read, and to cut by spaces. */
export function writeTable(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  palette: Palette,
): string {
  return columns([
    head.map((title) => palette.faint(title)),
    ...rows.map((row) => row.map(writeCell)),
  ]);
}

/** Names and values, one pair a line; pairs without a value are left out. */
export function writeFacts(facts: Readonly<Record<string, Cell>>, palette: Palette): string {
  const rows = Object.entries(facts).filter(([, value]) => value !== undefined && value !== '');
  return columns(rows.map(([name, value]) => [palette.faint(name), writeCell(value)]));
}

/** Spaces between columns. */
const GAP = 2;

/**
 * How many rows are laid out together. The library looks at every row above for each cell, so that a table of everything
 * would take for ever; parts whose columns are as wide as those of the whole take as long as they are.
 */
const ROWS_AT_ONCE = 16;

function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, cell] of row.entries()) {
      widths[at] = Math.max(widths[at] ?? 0, stringWidth(cell) + GAP);
    }
  }
  const parts: string[] = [];
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    parts.push(layOut(rows.slice(from, from + ROWS_AT_ONCE), widths));
  }
  return parts.join('\n');
}

function layOut(rows: readonly (readonly string[])[], widths: readonly number[]): string {
  const table = new Table({
    chars: NO_BORDERS,
    colWidths: [...widths],
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP, compact: true },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function writeCell(cell: Cell): string {
  if (typeof cell === 'object') return cell.paint(printable(cell.word));
  return cell === undefined || cell === '' ? '-' : printable(String(cell));
}
