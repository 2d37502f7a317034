import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Log } from '../log/log.ts';
import type { RequestOrigin } from '../request.ts';
import { faultAnswer } from './fault.ts';
import { noteMet } from './meet-requests.ts';
import type { MeetRequest } from './meet-requests.ts';

/** An answer whose body goes out as JSON. */
export interface NarrowAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** A path for plain requests, past the application. */
export interface NarrowPath {
  /** Whether a request may be a plain one, by its head. */
  mayTake(request: IncomingMessage): boolean;
  /** Answers a request with such a body, or leaves it to the application, for which nothing has happened yet. */
  take(
    request: IncomingMessage,
    body: string,
    origin: RequestOrigin,
  ): Promise<NarrowAnswer | undefined>;
}

/** Puts a narrow path in front of an application, which sees every request that is left to it as it came in. */
export function withNarrowPath(
  application: RequestListener,
  { mayTake, take }: NarrowPath,
  { meet, log }: { readonly meet: MeetRequest; readonly log: Log },
): RequestListener {
  const lead = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const met = meet(request, request.url ?? '');
    const { origin, headers, answered } = met;
    let answer: NarrowAnswer | undefined;
    try {
      const body = await arrival(request);
      answer = body === undefined ? undefined : await take(request, body, origin);
    } catch (error) {
      log.error('request failed', { request_id: origin.id, path: request.url, error });
      answer = faultAnswer(error, origin.id);
    }
    if (answer === undefined) {
      noteMet(request, met);
      application(request, response);
      return;
    }
    request.resume(); // lets go of the body, which was put back
    answered(answer.status);
    write(response, answer, headers);
  };

  return (request, response) => {
    if (mayTake(request)) void lead(request, response);
    else application(request, response);
  };
}

/**
 * The body of a request once it has arrived whole, without taking it from whoever reads it next; undefined where there is none,
 * or the rest never comes.
 */
function arrival(request: IncomingMessage): Promise<string | undefined> {
  return new Promise((resolve) => {
    const settle = (): void => {
      request.off('readable', look).off('close', settle);
      resolve(peek(request));
    };
    const look = (): void => {
      if (request.complete) settle();
    };
    // By then the parser has gone through all that came with the head.
    process.nextTick(() => {
      if (request.complete) resolve(peek(request));
      else request.on('readable', look).on('close', settle);
    });
  });
}

function peek(request: IncomingMessage): string | undefined {
  if (!request.complete || request.readableLength === 0) return undefined;
  const body = request.read() as Buffer;
  request.unshift(body); // in the same turn, or the stream would end
  return body.toString('latin1');
}

function write(
  response: ServerResponse,
  { status, headers, body }: NarrowAnswer,
  always: Readonly<Record<string, string>>,
): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, {
      ...always,
      ...headers,
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(text),
    })
    .end(text);
}
