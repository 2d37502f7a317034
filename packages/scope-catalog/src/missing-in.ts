/** What the second set has and the first lacks, sorted. */
export const missingIn = (first: ReadonlySet<string>, second: ReadonlySet<string>): string[] =>
  [...second].filter((name) => !first.has(name)).sort();
