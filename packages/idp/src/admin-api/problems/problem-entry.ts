import type { ProblemCode, ProblemOf } from '../problem.ts';

/** How a problem is told: its status and title, and from its facts a sentence and what to do next. */
export interface ProblemEntry<C extends ProblemCode> {
  readonly status: number;
  readonly title: string;
  readonly detail: (problem: ProblemOf<C>) => string;
  readonly hint?: (problem: ProblemOf<C>) => string | undefined;
}

/** The entries of the problems whose codes begin with one of these words. */
export type ProblemsOf<Subject extends string> = {
  readonly [C in Extract<ProblemCode, `${Subject}.${string}`>]: ProblemEntry<C>;
};

/** A name of the caller's, as a message shows it. */
export const quote = (name: string | number): string => `\`${String(name).slice(0, 200)}\``;

/** Several names of the caller's. */
export const quoted = (names: readonly string[]): string => names.map(quote).join(', ');

/** A moment, as a message shows it. */
export const at = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** Asks whether another name was meant. */
export const near = (names: readonly string[]): string | undefined =>
  names.length === 0 ? undefined : `did you mean ${names.map(quote).join(' or ')}?`;
