import { ONLINE } from '../../command.ts';
import type { Command } from '../../command.ts';
import { errorCode, Failure } from '../../failure.ts';
import { writeCheckpointFile } from './checkpoint-file.ts';

/** `ambit audit checkpoint`. */
export const checkpoint: Command = {
  name: 'audit checkpoint',
  summary: 'Signs what the audit log has come to, and writes the checkpoint',
  about:
    'Keep it where nobody who can write to the database can write: `audit verify --checkpoint` then shows whether anything was taken away since. It holds the public key, so that any JOSE library can verify it. Where nothing was written since the newest checkpoint, it is that one.',
  options: [{ flag: '--out', short: '-o', value: 'FILE', about: 'file to write it to' }],
  example: 'ambit audit checkpoint -o checkpoint.json',
  exits: ONLINE,
  async run(input, context) {
    const signed = await (await context.api()).audit.checkpoint();
    const text = writeCheckpointFile(signed);
    const out = input.value('--out');
    if (out === undefined) return { data: signed, text };
    try {
      await context.io.writeFile(out, text);
    } catch (error) {
      throw new Failure('failed', `cannot write \`${out}\` (${errorCode(error)})`);
    }
    context.note(`checkpoint ${String(signed.number)} of ${signed.time} is in \`${out}\``);
    return { data: signed, text: '' };
  },
};
