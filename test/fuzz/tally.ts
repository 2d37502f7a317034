import type { Answer, Silence } from './connections.ts';
import type { FuzzRequest } from './request.ts';

/** What came of the requests to one endpoint. */
export interface Row {
  requests: number;
  /** How often each outcome came: a status, and behind it the error code where there is one. */
  readonly outcomes: Map<string, number>;
  slowestMs: number;
}

/** The distribution of answers, by endpoint. */
export type Tally = Map<string, Row>;

/** What came, in a word: `200`, `401 auth.missing`, `400 invalid_scope`, `hung up on`. */
export function outcomeOf(answer: Answer | Silence): string {
  if ('silent' in answer) return answer.silent;
  const { status, body } = answer;
  const code = status >= 400 ? /"(?:code|error)":"([a-z_.]+)"/.exec(body)?.[1] : undefined;
  return code === undefined ? String(status) : `${String(status)} ${code}`;
}

/** Counts an answer. */
export function count(tally: Tally, { endpoint }: FuzzRequest, answer: Answer | Silence): void {
  const row = tally.get(endpoint) ?? { requests: 0, outcomes: new Map(), slowestMs: 0 };
  tally.set(endpoint, row);
  const outcome = outcomeOf(answer);
  row.requests += 1;
  row.outcomes.set(outcome, (row.outcomes.get(outcome) ?? 0) + 1);
  row.slowestMs = Math.max(row.slowestMs, answer.milliseconds);
}

/** The distribution as lines of text, one for each endpoint. */
export const printTally = (tally: Tally): string[] =>
  [...tally]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([endpoint, { requests, outcomes, slowestMs }]) => {
      const parts = [...outcomes]
        .sort(([, a], [, b]) => b - a)
        .map(([name, n]) => `${name} ×${String(n)}`);
      return `${endpoint}: ${String(requests)} requests, slowest ${slowestMs.toFixed(0)} ms: ${parts.join(', ')}`;
    });
