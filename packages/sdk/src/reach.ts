import { Unreachable } from './errors.ts';

/** The part of `fetch` that is used here. */
export type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/** How long an answer may take before the server counts as unreachable. */
export const ANSWER_TIMEOUT_MS = 30_000;

/**
 * Makes a `fetch` whose every failure to get an answer is {@link Unreachable}.
 *
 * Fetch reports those as a bare `TypeError` whose cause says what happened; an answer, whatever its status, is none.
 */
export const reaching =
  (fetch: Fetch): Fetch =>
  async (url, init) => {
    try {
      return await fetch(url, {
        ...init,
        signal: init?.signal ?? AbortSignal.timeout(ANSWER_TIMEOUT_MS),
      });
    } catch (error) {
      throw unreachable(url, error);
    }
  };

/** The failure to get an answer, or all of it. */
export const unreachable = (url: string | URL, error: unknown): Unreachable =>
  new Unreachable(new URL(url).origin, reasonOf(error));

/** Patience with an answer that comes in parts: the signal is aborted when nothing has come for a while. */
export interface Patience {
  readonly signal: AbortSignal;
  /** Something has come. */
  renew(): void;
  /** Nothing more is waited for. */
  end(): void;
}

/** Makes patience that lasts as long as the first answer may take. */
export function createPatience(mostMs = ANSWER_TIMEOUT_MS): Patience {
  const lost = new AbortController();
  const lose = (): void => {
    lost.abort(new DOMException('nothing more came', 'TimeoutError'));
  };
  let timer = setTimeout(lose, mostMs);
  return {
    signal: lost.signal,
    renew() {
      clearTimeout(timer);
      timer = setTimeout(lose, mostMs);
    },
    end: () => clearTimeout(timer),
  };
}

function reasonOf(error: unknown): string {
  let said = 'no reason given';
  for (let at = error; typeof at === 'object' && at !== null; at = Reflect.get(at, 'cause')) {
    const { code, name, message } = at as Readonly<Record<string, unknown>>;
    if (name === 'TimeoutError') return 'ETIMEDOUT';
    if (typeof code === 'string') return code;
    if (typeof message === 'string') said = message;
  }
  return said;
}
