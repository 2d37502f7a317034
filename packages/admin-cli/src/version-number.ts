import { Failure } from './failure.ts';

/** Decodes the number of a catalog version. */
export function decodeVersion(text: string): number {
  if (/^(0|[1-9]\d{0,8})$/.test(text)) return Number(text);
  throw new Failure(
    'usage',
    `\`${text}\` is no catalog version`,
    '`ambit catalog list` shows them',
  );
}
