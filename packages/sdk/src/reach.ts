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
      return await fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    } catch (error) {
      throw new Unreachable(new URL(url).origin, reasonOf(error));
    }
  };

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
