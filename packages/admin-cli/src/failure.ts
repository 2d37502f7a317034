import { present } from '@ambit/scope-catalog';
import { ApiProblem, DiscoveryFailed, TokenRefused, Unavailable, Unreachable } from '@ambit/sdk';
import type { WireFinding } from '@ambit/sdk';
import type { Exit } from './exit-codes.ts';

/** A run that ends badly for a reason a user can mend: one line what happened, one line what to do next. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exit: Exit;
  readonly hint: string | undefined;

  constructor(exit: Exit, message: string, hint?: string) {
    super(message);
    this.exit = exit;
    this.hint = hint;
  }
}

/** What is told of a run that ended badly. */
export interface FailureReport {
  readonly exit: Exit;
  readonly message: string;
  readonly hint?: string;
  readonly findings?: readonly WireFinding[];
}

/** Exit by problem code, where the status alone would mislead. */
const EXIT_BY_CODE: Readonly<Record<string, Exit>> = {
  'catalog.changed': 'changed',
  'catalog.invalid': 'findings',
  'key.not_ready': 'refused',
  'key.in_use': 'refused',
};

/** Exit by HTTP status. */
const EXIT_BY_STATUS: Readonly<Record<number, Exit>> = {
  401: 'refused',
  403: 'refused',
  412: 'changed',
};

/** Says what is to be told of an error, whatever it is; a bug shows as one line too, never as a stack trace. */
export function reportFailure(error: unknown): FailureReport {
  if (error instanceof Failure) return withHint(error.exit, error.message, error.hint);
  if (error instanceof ApiProblem) return reportProblem(error);
  if (error instanceof TokenRefused) return reportTokenRefusal(error);
  if (error instanceof DiscoveryFailed) return reportDiscovery(error);
  if (error instanceof Unavailable) {
    return withHint('failed', error.message, waitFor(error));
  }
  if (error instanceof Unreachable) {
    return withHint('unreachable', error.message, wayToReach(error));
  }
  const said = error instanceof Error ? error.message : String(error);
  return withHint(
    'failed',
    `unexpected: ${said}`,
    'this is a fault of ambit itself; please report it',
  );
}

const withHint = (exit: Exit, message: string, hint?: string): FailureReport => ({
  exit,
  message,
  ...present({ hint }),
});

function reportProblem(problem: ApiProblem): FailureReport {
  const governed = problem.code.startsWith('governance.') || problem.code.startsWith('actor.');
  const exit = governed
    ? 'refused'
    : (EXIT_BY_CODE[problem.code] ?? EXIT_BY_STATUS[problem.status] ?? 'failed');
  const usual = exit === 'refused' && problem.status !== 409 ? WHOAMI_HINT : undefined;
  return {
    ...withHint(exit, problem.detail, problem.hint ?? usual ?? usualHint(problem)),
    findings: problem.findings,
  };
}

function usualHint({ status, requestId }: ApiProblem): string | undefined {
  if (status < 500) return undefined;
  return requestId === undefined
    ? 'try again in a moment'
    : `the server's log says why, under request ${requestId}`;
}

const WHOAMI_HINT = '`ambit whoami` shows the roles and scopes in use';

function reportTokenRefusal(refusal: TokenRefused): FailureReport {
  if (refusal.code === 'invalid_client') {
    return withHint(
      'refused',
      'the server does not accept the client id and secret',
      'the client may be disabled or the secret expired; an admin makes a new one by `ambit client secret add`',
    );
  }
  const ours = refusal.status < 500 && refusal.status !== 429;
  const [hint] = refusal.scopeErrors.flatMap((scopeError) => scopeError.hint ?? []);
  return withHint(
    ours ? 'refused' : 'failed',
    `no token from the server: ${refusal.message} (${refusal.code})`,
    hint ?? usualWayToToken(refusal),
  );
}

function usualWayToToken({ code, status }: TokenRefused): string | undefined {
  if (code === 'invalid_scope') return 'ask an admin for a role that grants it';
  return status >= 500 ? laterOrLook('later') : undefined;
}

function reportDiscovery(failure: DiscoveryFailed): FailureReport {
  const hint =
    failure.issuer === undefined
      ? 'give the issuer itself: scheme, host and port, without a path'
      : `use \`--url ${failure.issuer}\`, or set AMBIT_ISSUER on the server`;
  return withHint('failed', failure.message, hint);
}

/** The way out where a server is there and cannot answer. */
function waitFor({ retryAfterSeconds }: Unavailable): string {
  const when = retryAfterSeconds === undefined ? 'later' : `in ${String(retryAfterSeconds)} s`;
  return laterOrLook(when);
}

const laterOrLook = (when: string): string =>
  `try again ${when}; if it stays so, \`ambit-idp healthcheck\` on its machine and its log say why`;

function wayToReach({ reason }: Unreachable): string {
  if (reason === 'ENOTFOUND' || reason === 'EAI_AGAIN') return 'check the host name in the URL';
  if (/CERT|SIGNATURE|ISSUER|SSL|TLS/.test(reason)) {
    return 'trust its certificate authority by NODE_EXTRA_CA_CERTS=FILE, or check the URL';
  }
  return 'is the provider running there? `--url` or AMBIT_URL names another one';
}

/** The system's own word for what went wrong with a file, `ENOENT` for example. */
export const errorCode = (error: unknown): string =>
  String((typeof error === 'object' && error !== null && Reflect.get(error, 'code')) || error);
