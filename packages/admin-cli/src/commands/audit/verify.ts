import { TokenRefused } from '@ambit/sdk';
import type { WireVerificationProgress } from '@ambit/sdk';
import { ONLINE } from '../../command.ts';
import type { Command } from '../../command.ts';
import type { Context } from '../../context.ts';
import { Failure, reportFailure } from '../../failure.ts';
import { writeVerification } from '../../output/verification.ts';
import { readCheckpointFile } from './checkpoint-file.ts';

/** `ambit audit verify`. */
export const verify: Command = {
  name: 'audit verify',
  summary: 'Recomputes the whole audit log, and names the first record that is broken',
  about:
    'Looks at every digest, column and personal field, at the index, and at the checkpoints and the keys that signed them. What was taken from the end together with its checkpoints shows by a checkpoint that was kept elsewhere alone: bring it along.',
  options: [
    {
      flag: '--checkpoint',
      value: 'FILE',
      about: 'a checkpoint that was kept elsewhere, as `audit checkpoint` writes it',
      repeatable: true,
    },
  ],
  example: 'ambit audit verify --checkpoint checkpoint.json',
  exits: [...ONLINE, 'findings'],
  async run(input, context) {
    const files = input.values('--checkpoint') ?? [];
    const statements: string[] = [];
    for (const file of files) {
      statements.push(readCheckpointFile(await context.read(file), file));
    }
    const { audit } = await context.api();
    const progress = createProgress(context);
    const { step: _, ...verification } = await audit
      .verify(statements, progress.show)
      .catch(failWithoutToken)
      .finally(progress.clear);
    return {
      data: verification,
      text: writeVerification(verification, files, context.palette),
      exit: verification.whole ? 'done' : 'findings',
    };
  },
};

/** A server that can write no record gives out no token to ask it with, but the log can be verified past it. */
function failWithoutToken(error: unknown): never {
  if (!(error instanceof TokenRefused) || error.status < 500) throw error;
  const { exit, message } = reportFailure(error);
  throw new Failure(
    exit,
    message,
    "where the log cannot be written no token is issued; `ambit-idp verify` on the server's machine verifies it in the database itself",
  );
}

/** Shows on a terminal how far it has come, in one line that is gone at the end. */
function createProgress({ io }: Context) {
  let shown = false;
  return {
    show({ checked, total }: WireVerificationProgress): void {
      if (!io.isTerminal.stderr) return;
      shown = true;
      io.stderr(`\r${String(checked)} of ${String(total)} records\u001b[K`);
    },
    clear(): void {
      if (shown) io.stderr('\r\u001b[K');
    },
  };
}
