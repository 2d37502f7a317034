import { redact } from '../log/redact.ts';
import { isStoreUnavailable } from '../storage.ts';
import { describeStoreProblem, StoreRefusal } from '../store/problem.ts';
import { reasonOf } from '../store/unavailable.ts';

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

/** What mends a store that cannot be used. */
const STORE_HINT = 'see that the disk has room and that no other process holds the database';
const SERVER_HINT =
  'see that the database server runs, and that the user AMBIT_DATABASE_URL names may read and write all tables';

/** The failure that an error of a command comes to: where nobody has foreseen it, what it says of itself in one line. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CommandFailed) return error.failure;
  if (error instanceof StoreRefusal) return describeStoreProblem(error.problem);
  if (isStoreUnavailable(error)) {
    const { message, cause } = error as Error;
    const ofServer = /^[0-9A-Z]{5}$/.test(codeOf(cause));
    return {
      message: `nothing was changed: ${message}`,
      hint: ofServer ? SERVER_HINT : STORE_HINT,
    };
  }
  return {
    message: `it cannot go on: ${String(redact(reasonOf(error))).replace(/\s+/g, ' ')}`,
    hint: 'this was not foreseen; with AMBIT_LOG_LEVEL=debug the log says where it came from',
  };
}

const codeOf = (error: unknown): string =>
  String((error as { readonly code?: unknown } | undefined)?.code);

/** How a failure is printed. */
export const describeFailure = ({ message, hint }: Failure): string =>
  hint === undefined ? `ambit-idp: ${message}\n` : `ambit-idp: ${message}; ${hint}\n`;
