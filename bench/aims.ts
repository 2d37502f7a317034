/** What Ambit means to reach, as a ratio within one run, so that it means the same on every machine. */
export interface Aim {
  readonly aim: string;
  readonly figure: number;
  readonly bound: { readonly atLeast: number } | { readonly atMost: number };
  readonly unit?: 's';
}

export const isMet = ({ figure, bound }: Aim): boolean =>
  'atLeast' in bound ? figure >= bound.atLeast : figure <= bound.atMost;
