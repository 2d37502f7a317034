/** A moment as it goes over the wire (RFC 3339, UTC). */
export const toTime = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** A moment that has passed its schema, in milliseconds since the epoch. */
export const fromTime = (time: string): number => Date.parse(time);

/** A moment that may be absent, as a member of that name. */
export const timeMember = <N extends string>(
  name: N,
  milliseconds: number | undefined,
): Partial<Record<N, string>> =>
  (milliseconds === undefined ? {} : { [name]: toTime(milliseconds) }) as Partial<
    Record<N, string>
  >;
