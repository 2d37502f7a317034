/** What a metric is, and everything its exposition says of it. */
export interface MetricRow {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly LabelName[];
  readonly help: string;
  /** What its value counts; the base unit that its name ends in, where it is one of measure. */
  readonly unit: 'seconds' | 'bytes' | 'ratio' | (string & {});
  /** Upper bounds of the buckets of a histogram, in its unit. */
  readonly buckets?: readonly number[];
  /** The values of those labels whose list is closed. */
  readonly values?: Readonly<Partial<Record<LabelName, readonly string[]>>>;
  /** Where it cannot be had elsewhere. */
  readonly on?: 'linux';
  /**
   * What a gauge of a server comes to that is several processes; without it, it tells of the store and is the same in all of
   * them. What counts is summed up.
   */
  readonly together?: 'sum' | 'most' | 'least';
}

/**
 * Every label, and where its values come from. None of them can be chosen by whoever sends a request, so the number of
 * series is bounded by the catalog; clients and addresses are no label (ADR-0014).
 */
export const LABELS = {
  scope: 'a scope of the catalog, or `unknown`',
  resource_server: 'a resource server of the catalog, or `unknown`',
  catalog_version:
    'the catalog version that decided; the last three are kept, and series of older ones end',
  grant: 'how a token came about',
  reason: 'why it was refused',
  result: 'what came of it',
  event: 'an [audit event](audit-events.md)',
  decision: 'what was decided',
  kind: 'which kind of it',
  cause: 'why it is so',
  endpoint: 'what the request was sent to',
  code: 'the status of the answer',
  alg: 'a signing algorithm',
  state: 'the state of a signing key',
  age: 'how long ago the secret was made',
  last_used: 'how long ago the secret was last used',
  mode: 'how the quota is meant',
  version: 'the version of `ambit-idp`',
  node_version: 'the version of Node',
} as const satisfies Readonly<Record<string, string>>;

/** One of {@link LABELS}. */
export type LabelName = keyof typeof LABELS;
