import { present } from '@ambit/scope-catalog';
import type { Counting } from './counting.ts';
import { createFailureLimit } from './failure-limit.ts';
import type { Attempt, FailureLimit } from './failure-limit.ts';
import type { QuotaStore } from './ports.ts';
import { createQuotas } from './quotas.ts';
import type { QuotaEvent, Quotas } from './quotas.ts';
import { createRequestLimit } from './request-limit.ts';
import type { CountedRequest, RequestLimit } from './request-limit.ts';

/** Everything that is counted before it is answered. */
export interface Limits {
  readonly requests: RequestLimit;
  readonly failures: FailureLimit;
  readonly quotas: Quotas;
}

/** Makes the limits of a server. */
export const createLimits = (dependencies: {
  /** 0: as many as it likes. */
  readonly clientRequestsPerMinute: number;
  readonly quotas: Pick<QuotaStore, 'claim'>;
  readonly onQuota?: (event: QuotaEvent) => void;
  /** Where this process is one of several; by itself otherwise. */
  readonly counting?: Counting | undefined;
}): Limits => ({
  requests: createRequestLimit(dependencies.clientRequestsPerMinute, dependencies.counting),
  failures: createFailureLimit(undefined, dependencies.counting),
  quotas: createQuotas({
    store: dependencies.quotas,
    ...present({ onQuota: dependencies.onQuota }),
  }),
});

/** An attempt to be a client, which has a name. */
export type ClientAttempt = Required<Attempt>;

/** Counts the request of a client that has just proved who it is; undefined where there is no limit. */
export function countRequest(
  { requests, failures }: Pick<Limits, 'requests' | 'failures'>,
  attempt: ClientAttempt,
): Promise<CountedRequest | undefined> {
  failures.forget(attempt);
  return requests.count(attempt.client);
}
