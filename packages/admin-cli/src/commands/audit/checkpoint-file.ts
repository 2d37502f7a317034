import type { WireCheckpoint } from '@ambit/sdk';
import { Failure } from '../../failure.ts';
import { escapeUnprintable } from '../../output/printable.ts';

/** A checkpoint as it is kept in a file. */
export const writeCheckpointFile = (checkpoint: WireCheckpoint): string =>
  `${escapeUnprintable(JSON.stringify(checkpoint, null, 2))}\n`;

const COMPACT_JWS = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** The signed statement in a file: one that `audit checkpoint` has written, or the statement alone. */
export function readCheckpointFile(text: string, file: string): string {
  const statement = text.trimStart().startsWith('{') ? memberOf(text) : text.trim();
  if (typeof statement === 'string' && COMPACT_JWS.test(statement)) return statement;
  throw new Failure(
    'failed',
    `\`${file}\` holds no checkpoint`,
    'give a file that `ambit audit checkpoint` has written',
  );
}

function memberOf(text: string): unknown {
  try {
    return (JSON.parse(text) as { readonly checkpoint?: unknown }).checkpoint;
  } catch {
    return undefined;
  }
}
