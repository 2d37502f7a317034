import type { WireFinding } from './wire/catalog.ts';

/** What the admin API said when it would not do something (RFC 9457). */
export interface ProblemFacts {
  /** Stable code, `catalog.changed` for example; `http.STATUS` where something other than the admin API answered. */
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly hint?: string;
  readonly findings?: readonly WireFinding[];
  readonly requestId?: string;
}

/** A refusal of the admin API, or of whatever answered in its place. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly hint: string | undefined;
  readonly findings: readonly WireFinding[];
  readonly requestId: string | undefined;

  constructor(facts: ProblemFacts) {
    super(facts.detail);
    this.code = facts.code;
    this.status = facts.status;
    this.detail = facts.detail;
    this.hint = facts.hint;
    this.findings = facts.findings ?? [];
    this.requestId = facts.requestId;
  }
}

/** Why one scope was not granted: an element of the token endpoint's `scope_errors`. */
export interface ScopeError {
  readonly scope: string;
  readonly reason: string;
  readonly hint?: string;
}

/** The token endpoint gave no token (RFC 6749 §5.2); `code` is its registered error code. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
  readonly code: string;
  readonly status: number;
  readonly scopeErrors: readonly ScopeError[];

  constructor(facts: {
    readonly code: string;
    readonly status: number;
    readonly description: string;
    readonly scopeErrors?: readonly ScopeError[];
  }) {
    super(facts.description);
    this.code = facts.code;
    this.status = facts.status;
    this.scopeErrors = facts.scopeErrors ?? [];
  }
}

/** What answers at the URL does not introduce itself as the issuer of that URL (RFC 8414 §3.3). */
export class DiscoveryFailed extends Error {
  override readonly name = 'DiscoveryFailed';
  readonly code: 'discovery.issuer_mismatch' | 'discovery.unusable';
  /** What it called itself, where it did. */
  readonly issuer: string | undefined;

  constructor(code: DiscoveryFailed['code'], message: string, issuer?: string) {
    super(message);
    this.code = code;
    this.issuer = issuer;
  }
}

/** The server is there and cannot answer for now, or a proxy answers for it (RFC 9110 §15.6). */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  readonly code = 'unavailable';
  readonly status: number;
  /** What `/health/ready` gives as the reason, where it can be had. */
  readonly reason: string | undefined;
  /** After how many seconds the server asks to try again, where it does. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    url: string,
    facts: {
      readonly status: number;
      readonly reason?: string;
      readonly retryAfterSeconds?: number;
    },
  ) {
    const why = facts.reason === undefined ? '' : `: ${facts.reason}`;
    super(`the server at \`${url}\` cannot answer for now (${String(facts.status)})${why}`);
    this.status = facts.status;
    this.reason = facts.reason;
    this.retryAfterSeconds = facts.retryAfterSeconds;
  }
}

/** Nothing answered: no route, no name, no trusted certificate, or no answer in time. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
  readonly code = 'unreachable';
  readonly url: string;
  /** The system's own word for it, `ECONNREFUSED` for example. */
  readonly reason: string;

  constructor(url: string, reason: string) {
    super(`no answer from \`${url}\` (${reason})`);
    this.url = url;
    this.reason = reason;
  }
}
