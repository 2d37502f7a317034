import type { ActClaim } from './access-token.ts';

/** The `act` of a token that an exchange gave: the actors, newest outermost (RFC 8693 §4.1). */
export function actClaim(actors: readonly string[]): ActClaim | undefined {
  const [sub, ...earlier] = actors;
  if (sub === undefined) return undefined;
  const act = actClaim(earlier);
  return { sub, ...(act === undefined ? {} : { act }) };
}

/** The actors of an `act`, newest first. */
export const actorsOf = (act: ActClaim | undefined): string[] =>
  act === undefined ? [] : [act.sub, ...actorsOf(act.act)];
