import { isStoreUnavailable } from '../storage.ts';
import { describeStoreProblem, StoreRefusal } from '../store/problem.ts';

/** Why a command cannot go on: one line for the operator, and what to do about it. */
export interface Failure {
  readonly message: string;
  readonly hint?: string;
  /** What the process ends with; 1 where it is absent. */
  readonly exit?: number;
}

/** Carries a {@link Failure} from deep inside a command to its edge, which prints it and exits. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** The failure that an error of a command comes to; undefined where it is a bug. */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof CommandFailed) return error.failure;
  if (error instanceof StoreRefusal) return describeStoreProblem(error.problem);
  if (!isStoreUnavailable(error)) return undefined;
  return {
    message: `nothing was changed: ${(error as Error).message}`,
    hint: 'see that the disk has room and that no other process holds the database',
  };
}

/** How a failure is printed. */
export const describeFailure = ({ message, hint }: Failure): string =>
  hint === undefined ? `ambit-idp: ${message}\n` : `ambit-idp: ${message}; ${hint}\n`;
