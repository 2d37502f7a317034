import type { IncomingMessage } from 'node:http';
import { present } from '@ambit/scope-catalog';
import type { Log } from '../log/log.ts';
import type { RequestOrigin } from '../request.ts';
import { clientAddress } from './client-address.ts';
import type { WatchRequest } from './watch-requests.ts';

/** A request that has just come in. */
export interface MetRequest {
  readonly origin: RequestOrigin;
  /** The headers of its answer, whatever that is. */
  readonly headers: Readonly<Record<string, string>>;
  /** To be called once the answer is ready. */
  answered(status: number): void;
}

/** Gives a request its id, and has it watched from now on. */
export type MeetRequest = (request: IncomingMessage, path: string) => MetRequest;

const met = new WeakMap<IncomingMessage, MetRequest>();

/** Notes that a request which is handed over has been met. */
export function noteMet(request: IncomingMessage, as: MetRequest): void {
  met.set(request, as);
}

/** A request that was met before it was handed over. */
export const metBefore = (request: IncomingMessage): MetRequest | undefined => met.get(request);

/** The headers of every answer, beside its id. */
export const commonHeaders = (issuer: string): Readonly<Record<string, string>> => ({
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
  ...(issuer.startsWith('https:') ? { 'Strict-Transport-Security': 'max-age=31536000' } : {}),
});

/** What meeting requests takes. */
export interface MeetDependencies {
  readonly issuer: string;
  readonly log: Log;
  readonly newId: () => string;
  readonly trustProxy: readonly string[];
  readonly watch?: WatchRequest;
}

/** Makes what meets every request of an application, whichever road it then takes. */
export function meetRequests(dependencies: MeetDependencies): MeetRequest {
  const { issuer, log, newId, trustProxy, watch } = dependencies;
  const addressOf = clientAddress(trustProxy);
  const always = commonHeaders(issuer);

  return (request, path) => {
    const started = performance.now();
    const elapsedMicros = (): number => Math.round((performance.now() - started) * 1000);
    const id = newId();
    const address = addressOf(request); // now, while there is a connection for sure
    const watched = watch?.(request, path, id);
    return {
      origin: { id, elapsedMicros, ...present({ address, traceId: watched?.traceId }) },
      headers: { 'X-Request-Id': id, ...always },
      answered(status) {
        const micros = elapsedMicros();
        watched?.answered(status, micros / 1e6);
        log.debug('request', {
          request_id: id,
          method: request.method,
          path,
          status,
          duration_ms: micros / 1000,
          address,
        });
      },
    };
  };
}
