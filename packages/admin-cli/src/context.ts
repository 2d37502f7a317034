import { createAdminClient, createConnection } from '@ambit/sdk';
import type { AdminClient } from '@ambit/sdk';
import { loadConfiguration } from './configuration/configuration.ts';
import type { Selection } from './configuration/configuration.ts';
import { errorCode, Failure } from './failure.ts';
import type { Output } from './global-options.ts';
import type { Io } from './io.ts';
import { writeRecord } from './output/answer.ts';
import { paletteOf } from './output/palette.ts';
import type { Palette } from './output/palette.ts';

/** What a command works with. */
export interface Context {
  readonly io: Io;
  /** Colours of stdout. */
  readonly palette: Palette;
  /** Colours of stderr. */
  readonly notePalette: Palette;
  readonly output: Output;
  /** What flags and variables say about where to go and as whom. */
  readonly selection: Selection;
  /** The admin API, as the configured client. */
  api(): Promise<AdminClient>;
  /** Goes on only with consent; otherwise nothing has changed. */
  confirm(question: string): Promise<void>;
  /** Tells people something that is not data. */
  note(text: string): void;
  /** Writes one of many records at once: a line of text or JSON, or a YAML document. */
  writeLine(data: unknown, text: string): void;
  /** Text of a file, or of standard input where the name is `-`. */
  read(file: string): Promise<string>;
}

/** Makes what a command works with. */
export function createContext(options: {
  readonly io: Io;
  /** The command's name, and whether it changes something. */
  readonly command: { readonly name: string; readonly changes?: true };
  readonly output: Output;
  readonly selection: Selection;
  readonly yes: boolean;
}): Context {
  const { io, command, output, selection, yes } = options;
  const interactive = io.isTerminal.stdin && io.isTerminal.stderr;
  if (command.changes && !yes && !interactive) {
    throw new Failure(
      'usage',
      `\`ambit ${command.name}\` changes something, and there is no terminal to ask on`,
      'add `--yes` to go on without being asked',
    );
  }
  return {
    io,
    output,
    selection,
    palette: paletteOf('stdout', io),
    notePalette: paletteOf('stderr', io),
    async api() {
      const { url, credentials } = await loadConfiguration(selection, io);
      if (isOpenToTheNetwork(url)) {
        io.stderr(
          `ambit: warning: \`${url.origin}\` is plain http, so the network can read the secret\n`,
        );
      }
      return createAdminClient(
        createConnection({ url, credentials, fetch: io.fetch, now: io.now }),
      );
    },
    async confirm(question) {
      if (yes) return;
      const said = await io.ask(`${question} [y/N] `);
      if (!/^y(es)?$/i.test(said.trim())) throw new Failure('failed', 'nothing was changed');
    },
    note: (text) => io.stderr(`${text}\n`),
    writeLine: (data, text) => io.stdout(writeRecord(data, text, output)),
    read: (file) => (file === '-' ? io.stdin() : readText(file, io)),
  };
}

/** Whether what goes to a URL leaves this machine unencrypted. */
const isOpenToTheNetwork = ({ protocol, hostname }: URL): boolean =>
  protocol === 'http:' && !/^(?:localhost|127\.[\d.]+|\[::1\])$/.test(hostname);

async function readText(file: string, io: Io): Promise<string> {
  try {
    return await io.readFile(file);
  } catch (error) {
    throw new Failure(
      'failed',
      `cannot read \`${file}\` (${errorCode(error)})`,
      'check its name and rights',
    );
  }
}
