export { EXIT, EXIT_MEANINGS } from './exit-codes.ts';
export type { Exit } from './exit-codes.ts';
export type { Io } from './io.ts';
export { run } from './run.ts';
