/** An answer that the bare server gives as it stands. */
export interface BareAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the bare server answers, by path. */
export type BareSettings = Readonly<Record<string, BareAnswer>>;
