import { present } from '@ambit/scope-catalog';
import type { Context } from 'koa';
import type { Metrics } from '../metrics/create-metrics.ts';
import type { Endpoint } from '../metrics/label-values.ts';
import { decodeTraceparent } from '../tracing/trace-context.ts';
import type { Tracing } from '../tracing/tracing.ts';
import type { EndpointName } from './endpoint-names.ts';

/** A request that is being watched. */
export interface WatchedRequest {
  /** The trace that it is part of, whoever has begun it. */
  readonly traceId?: string;
  /** To be called once the answer is ready. */
  answered(): void;
}

/** Is told of a request once it has its id. */
export type WatchRequest = (ctx: Context, requestId: string) => WatchedRequest;

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
  return (ctx, requestId) => {
    const started = performance.now();
    const name = endpointOf(ctx.method, String(ctx.path));
    const parent = decodeTraceparent(ctx.get('traceparent'));
    const span = UNTRACED.has(name.endpoint)
      ? undefined
      : tracing?.begin({
          requestId,
          method: ctx.method,
          route: name.route,
          ...present({ parent, state: ctx.get('tracestate') || undefined }),
        });
    return {
      ...present({ traceId: span?.traceId ?? parent?.traceId }),
      answered() {
        metrics.observeAnswer(name.endpoint, ctx.status, (performance.now() - started) / 1000);
        span?.end(ctx.status);
      },
    };
  };
}
