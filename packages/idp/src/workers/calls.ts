import type { ActivityReport, Watched } from '../activity/activity.ts';
import type { Failure } from '../commands/failure.ts';
import type { Count } from '../limits/bounded-limiter.ts';
import type { CountedName } from '../limits/counting.ts';
import type { Exposed, MetricReading } from '../metrics/registry.ts';
import type { Readiness } from '../web/health.ts';

/** What a counted key is of. */
export interface CountedKey {
  readonly counted: CountedName;
  readonly key: string;
}

/** What a worker asks of the process that looks after it. */
export type PrimaryCalls = {
  /** Which worker it is, and which port it shall listen on. */
  begin: () => { readonly worker: number; readonly port: number };
  /** It listens on a port; answered once the house is laid out and may be entered. */
  bound: (port: number) => { readonly issuer: string };
  /** It answers requests from now on. */
  serving: () => void;
  /** It cannot start, and ends. */
  failed: (failure: Failure) => void;
  count: (key: CountedKey & { readonly times: number }) => Count;
  forget: (key: CountedKey) => void;
  /** The metrics of all processes. */
  expose: () => Exposed;
  /** What all processes have decided lately. */
  reportActivity: () => ActivityReport;
};

/** What a worker is asked, once it answers requests. */
export type WorkerCalls = {
  /** Answered as soon as it has time for it. */
  isThere: () => void;
  readMetrics: () => readonly MetricReading[];
  watched: () => Watched;
  readiness: () => Readiness;
  /** From now on its readiness says no. */
  drain: () => void;
  /** Takes no more connections, finishes what it is at, and ends. */
  stop: () => void;
  /** Another worker has begun to count a key that may be forgotten. */
  begun: (key: CountedKey) => void;
  /** Another worker had a key forgotten. */
  forgotten: (key: CountedKey) => void;
};
