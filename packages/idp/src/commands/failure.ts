/** Why a command cannot go on: one line for the operator, and what to do about it. */
export interface Failure {
  readonly message: string;
  readonly hint?: string;
}

/** Carries a {@link Failure} from deep inside a command to its edge, which prints it and exits with 1. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** How a failure is printed. */
export const describeFailure = ({ message, hint }: Failure): string =>
  hint === undefined ? `ambit-idp: ${message}\n` : `ambit-idp: ${message}; ${hint}\n`;
