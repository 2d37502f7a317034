/** Where a limit stands, as those it holds for are told. */
export interface LimitState {
  /** What it is called: `client`, or the scope that a quota is of. */
  readonly name: string;
  readonly limit: number;
  readonly windowSeconds: number;
  readonly remaining: number;
  /** Until the window ends. */
  readonly resetsInSeconds: number;
}
