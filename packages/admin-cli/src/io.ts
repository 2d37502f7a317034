import type { Fetch } from '@ambit/sdk';

/** Everything of the outside world that a run of `ambit` may touch. */
export interface Io {
  readonly stdout: (text: string) => void;
  /** Resolves when there is room for more on stdout, so that a slow reader is waited for. */
  readonly drained: () => Promise<void>;
  readonly stderr: (text: string) => void;
  /** All of standard input. */
  readonly stdin: () => Promise<string>;
  /** Puts a question to whoever sits at the terminal and gives back the line typed. */
  readonly ask: (question: string) => Promise<string>;
  readonly isTerminal: {
    readonly stdin: boolean;
    readonly stdout: boolean;
    readonly stderr: boolean;
  };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home directory. */
  readonly home: string;
  readonly fetch: Fetch;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** From now on, tells when the user wants the command to end, instead of ending at once. */
  readonly onStop: () => AbortSignal;
  /** Waits; ends early when `stopped` is aborted. */
  readonly wait: (milliseconds: number, stopped: AbortSignal) => Promise<void>;
  readonly readFile: (path: string) => Promise<string>;
  readonly writeFile: (path: string, text: string) => Promise<void>;
  /** Permission bits of a file; `undefined` where there is none. */
  readonly fileMode: (path: string) => Promise<number | undefined>;
}
