import { createLogger, format, transports } from 'winston';
import { redact } from './redact.ts';

/** Structured facts of a log line. Tokens, secrets and assertions never belong here; the redaction is a second net. */
export type LogFields = Readonly<Record<string, unknown>>;

/** A log of JSON lines, one object each: `time`, `level`, `msg` and the fields. */
export interface Log {
  error(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
}

const LEVELS = { error: 0, warn: 1, info: 2, debug: 3 } as const;

/**
 * Writes JSON lines of at least `level` to `stream`, each with the facts of `always`; that nobody reads them any more stops
 * nothing.
 */
export function createLog(
  level: keyof Log,
  stream: NodeJS.WritableStream,
  always: LogFields = {},
): Log {
  stream.on('error', () => undefined);
  const logger = createLogger({
    level,
    levels: LEVELS,
    format: format.printf(({ level: lineLevel, message, fields }) =>
      JSON.stringify({
        time: new Date().toISOString(),
        level: lineLevel,
        msg: redact(message),
        ...always,
        ...(redact(fields ?? {}) as LogFields),
      }),
    ),
    transports: [new transports.Stream({ stream })],
  });
  const write = (line: keyof Log) => {
    // A line that is not wanted costs nothing, where winston's own check costs microseconds.
    if (LEVELS[line] > LEVELS[level]) return () => undefined;
    return (message: string, fields?: LogFields): void => {
      logger.log(line, message, { fields });
    };
  };
  return { error: write('error'), warn: write('warn'), info: write('info'), debug: write('debug') };
}
