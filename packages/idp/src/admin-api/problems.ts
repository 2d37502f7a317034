import type { Problem, ProblemCode } from './problem.ts';
import { CATALOG_PROBLEMS } from './problems/catalog-problems.ts';
import { CLIENT_PROBLEMS } from './problems/client-problems.ts';
import type { ProblemEntry } from './problems/problem-entry.ts';
import { REQUEST_PROBLEMS } from './problems/request-problems.ts';

/** Every problem the admin API can answer; complete by the compiler. */
export const PROBLEMS: { readonly [C in ProblemCode]: ProblemEntry<C> } = {
  ...REQUEST_PROBLEMS,
  ...CLIENT_PROBLEMS,
  ...CATALOG_PROBLEMS,
};

/** The status a problem is answered with. */
export const statusOf = (code: ProblemCode): number => PROBLEMS[code].status;

/** A problem in words. */
export function describeProblem(problem: Problem): {
  readonly detail: string;
  readonly hint: string | undefined;
} {
  const entry = PROBLEMS[problem.code] as ProblemEntry<ProblemCode>;
  return { detail: entry.detail(problem), hint: entry.hint?.(problem) };
}
