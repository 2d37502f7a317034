import type { IncomingMessage } from 'node:http';
import { present } from '@ambit/scope-catalog';
import type { Metrics } from '../metrics/create-metrics.ts';
import type { Endpoint } from '../metrics/label-values.ts';
import { decodeTraceparent } from '../tracing/trace-context.ts';
import type { Tracing } from '../tracing/tracing.ts';
import type { EndpointName } from './endpoint-names.ts';

/** A request that is being watched. */
export interface WatchedRequest {
  /** The trace that it is part of, whoever has begun it. */
  readonly traceId?: string;
  /** To be called once the answer is ready, so many seconds after the request came in. */
  answered(status: number, seconds: number): void;
}

/** Is told of a request once it has its id. */
export type WatchRequest = (
  request: IncomingMessage,
  path: string,
  requestId: string,
) => WatchedRequest;

/** Probes come every few seconds, and tell nothing that a trace is read for. */
const UNTRACED: ReadonlySet<Endpoint> = new Set(['health', 'metrics']);

/** Makes what counts and traces requests. */
export function watchRequests({
  endpointOf,
  metrics,
  tracing,
}: {
  readonly endpointOf: (method: string, path: string) => EndpointName;
  readonly metrics: Pick<Metrics, 'observeAnswer'>;
  readonly tracing?: Pick<Tracing, 'begin'> | undefined;
}): WatchRequest {
  return ({ method = '', headers }, path, requestId) => {
    const name = endpointOf(method, path);
    const parent = decodeTraceparent(headerText(headers['traceparent']));
    const span = UNTRACED.has(name.endpoint)
      ? undefined
      : tracing?.begin({
          requestId,
          method,
          route: name.route,
          ...present({ parent, state: headerText(headers['tracestate']) || undefined }),
        });
    return {
      ...present({ traceId: span?.traceId ?? parent?.traceId }),
      answered(status, seconds) {
        metrics.observeAnswer(name.endpoint, status, seconds);
        span?.end(status);
      },
    };
  };
}

const headerText = (value: string | string[] | undefined): string => String(value ?? '');
