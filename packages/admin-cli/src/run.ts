import { present } from '@ambit/scope-catalog';
import { COMMANDS, GROUPS } from './commands.ts';
import { createContext } from './context.ts';
import { EXIT } from './exit-codes.ts';
import { reportFailure } from './failure.ts';
import type { FailureReport } from './failure.ts';
import type { Output } from './global-options.ts';
import type { Io } from './io.ts';
import { writeAnswer } from './output/answer.ts';
import { writeFindings } from './output/findings.ts';
import { paletteOf } from './output/palette.ts';
import type { Palette } from './output/palette.ts';
import { printable } from './output/printable.ts';
import { readCommandLine } from './program.ts';
import { VERSION } from './version.ts';

/**
 * Runs one command line and gives its exit code.
 *
 * Data goes to stdout, everything else to stderr; whatever happens, it ends with a code of the table in
 * `exit-codes.ts` and never with a stack trace.
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    const invocation = readCommandLine(argv, COMMANDS, { groups: GROUPS, version: VERSION }, io);
    if (invocation === undefined) return EXIT.done;
    const { command, input } = invocation;
    const output = (input.value('--output') ?? 'table') as Output;
    const context = createContext({
      io,
      command,
      output,
      selection: selectionOf(input.value),
      yes: command.changes === true && input.has('--yes'),
    });
    const answer = await command.run(input, context);
    if (answer !== undefined) io.stdout(writeAnswer(answer, output));
    return EXIT[answer?.exit ?? 'done'];
  } catch (error) {
    const report = reportFailure(error);
    io.stderr(writeFailure(report, paletteOf('stderr', io)));
    return EXIT[report.exit];
  }
}

function selectionOf(value: (flag: string) => string | undefined) {
  const [url, clientId, profile] = ['--url', '--client-id', '--profile'].map(value);
  return {
    ...present({ url, clientId, profile }),
  };
}

function writeFailure({ message, hint, findings = [] }: FailureReport, palette: Palette): string {
  const found = writeFindings(findings, palette);
  const lines = [
    `${palette.bad('ambit:')} ${printable(message)}`,
    hint === undefined ? [] : `${palette.strong('hint:')} ${printable(hint)}`,
  ];
  return `${found}${lines.flat().join('\n')}\n`;
}
