import type { AuditPosition } from '../audit/ports.ts';

/** What {@link toWirePosition} gives: the beginning of the log, or `WRITER.SEQUENCE` for each writer. */
export const POSITION_PATTERN =
  '^(0|[1-9][0-9]{0,3}\\.[1-9][0-9]{0,12}(_[1-9][0-9]{0,3}\\.[1-9][0-9]{0,12}){0,1023})$';

/** A position in the log as one word of a URL. */
export const toWirePosition = (position: AuditPosition): string =>
  [...position].map(([writer, sequence]) => `${String(writer)}.${String(sequence)}`).join('_') ||
  '0';

/** The position of such a word. */
export const fromWirePosition = (word: string): AuditPosition =>
  new Map(
    word === '0'
      ? []
      : word.split('_').map((place) => {
          const [writer, sequence] = place.split('.').map(Number);
          return [writer ?? 0, sequence ?? 0] as const;
        }),
  );
