import type { IncomingMessage } from 'node:http';
import type { CountedRequest } from '../limits/request-limit.ts';

const counted = new WeakMap<IncomingMessage, CountedRequest>();

/** Notes that a request which is handed over to another road has been counted already. */
export function noteCounted(request: IncomingMessage, count: CountedRequest): void {
  counted.set(request, count);
}

/** How a request was counted before it was handed over, if it was; nobody is counted twice for one request. */
export const countedBefore = (request: IncomingMessage): CountedRequest | undefined =>
  counted.get(request);
