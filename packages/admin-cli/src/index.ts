/** `ambit`: `run` carries out one command line in the world that its `Io` stands for. */
export { EXIT, EXIT_MEANINGS } from './exit-codes.ts';
export type { Exit } from './exit-codes.ts';
export type { Io } from './io.ts';
export { run } from './run.ts';
