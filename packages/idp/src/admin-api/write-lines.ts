import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import type { AnswerLines } from './route.ts';

/** The media type of a stream of lines, each of them JSON. */
export const LINES_TYPE = 'application/x-ndjson';

/** For how long a stream may say nothing before an empty line shows that it goes on. */
const SILENCE_MS = 10_000;

/**
 * A stream of values as lines of JSON. A portion is asked for when the one before has been taken, so no more than a few are
 * ever held. An empty line means nothing. Whoever closes the stream ends whatever the values come from.
 */
export function writeLines({ portions, toLines }: AnswerLines, silenceMs = SILENCE_MS): Readable {
  const source = portions[Symbol.asyncIterator]();
  const lines = Readable.from(write(source, toLines as ToLines, silenceMs), { highWaterMark: 1 });
  lines.once('close', () => {
    source.return?.().catch(() => undefined); // it may be closed before it was ever read
  });
  return lines;
}

type ToLines = (portion: unknown) => readonly object[];

async function* write(
  source: AsyncIterator<unknown>,
  toLines: ToLines,
  silenceMs: number,
): AsyncGenerator<string> {
  for (;;) {
    const next = source.next();
    while (await isSilent(next, silenceMs)) yield '\n';
    const portion = await next;
    if (portion.done === true) return;
    yield toLines(portion.value)
      .map((value) => `${JSON.stringify(value)}\n`)
      .join('');
  }
}

/** Whether a promise is not settled within a time. */
async function isSilent(promise: Promise<unknown>, silenceMs: number): Promise<boolean> {
  const settled = new AbortController();
  const silence = setTimeout(silenceMs, true, { signal: settled.signal }).catch(() => false);
  try {
    return await Promise.race([promise.then(() => false), silence]);
  } finally {
    settled.abort();
  }
}
