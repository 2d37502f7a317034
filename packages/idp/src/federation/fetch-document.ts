import { request as requestPlain } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as requestSecure } from 'node:https';
import { isIP } from 'node:net';
import { getCACertificates } from 'node:tls';
import { err, ok, present } from '@ambit/scope-catalog';
import type { Result } from '@ambit/scope-catalog';
import { parseStrictJson } from '../strict-json.ts';
import { addressKind } from './address-kind.ts';
import { cacheLifetime } from './cache-lifetime.ts';
import { AddressRefused, guardedLookup } from './guarded-lookup.ts';
import type { ResolveAll } from './guarded-lookup.ts';
import type { FetchDocument, FetchedDocument, FetchFault } from './ports.ts';

/** The largest document that is read: far more keys than any issuer publishes. */
export const DOCUMENT_MAX_BYTES = 256 * 1024;

/** From the look-up of the name to the last byte. */
export const FETCH_TIMEOUT_MS = 5000;

export interface FetchSettings {
  /** Whether issuers on private and loopback addresses may be asked, over plain http too. */
  readonly allowPrivate: boolean;
  /** Certificate authorities (PEM) to trust besides the well-known ones. */
  readonly ca?: string;
  readonly resolve?: ResolveAll;
  readonly timeoutMs?: number;
}

/**
 * Makes the fetcher of external issuers' documents. The issuers are named in the catalog, but not all who edit it may
 * make the provider talk to its neighbours, so (OWASP SSRF):
 *
 * - https alone, to public addresses alone, judged when the connection is made, see {@link guardedLookup}. Where
 *   private issuers are allowed those may be asked as well, over http too; a public one is never asked over http.
 * - no redirect is followed, no proxy or credential of the environment is used, nothing but JSON is read.
 * - at most {@link DOCUMENT_MAX_BYTES} in at most {@link FETCH_TIMEOUT_MS}, all in all.
 */
export function createFetchDocument(settings: FetchSettings): FetchDocument {
  const { allowPrivate, timeoutMs = FETCH_TIMEOUT_MS } = settings;
  const ca = settings.ca && [...getCACertificates('default'), settings.ca];
  const mayAsk = (address: string, secure: boolean): boolean => {
    const kind = addressKind(address);
    return kind === 'private' ? allowPrivate : kind === 'public' && secure;
  };

  return async (text) => {
    const url = URL.parse(text);
    const secure = url?.protocol === 'https:';
    if (!url || !(secure || (allowPrivate && url.protocol === 'http:'))) {
      return refuse('federation.url_refused', 'not an https URL');
    }
    if (url.username !== '' || url.password !== '') {
      return refuse('federation.url_refused', 'credentials in the URL');
    }
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0 && !mayAsk(host, secure)) {
      return refuse('federation.url_refused', `${host} must not be asked`);
    }
    const request = secure ? requestSecure : requestPlain;
    const lookup = guardedLookup((address) => mayAsk(address, secure), settings.resolve);
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        request(url, {
          agent: false,
          lookup,
          signal,
          headers: {
            accept: 'application/json, application/jwk-set+json',
            'user-agent': 'ambit-idp',
          },
          ...present({ ca }),
        })
          .on('response', resolve)
          .on('error', reject)
          // An answer that switches protocols is neither (RFC 9110 §15.2.2): the connection just ends.
          .on('close', () => {
            reject(new Error('it ended without an answer'));
          })
          .end();
      });
      const document = await readDocument(response, text);
      signal.throwIfAborted(); // what was cut off may look whole
      return document;
    } catch (error) {
      return error instanceof AddressRefused
        ? refuse('federation.url_refused', error.message)
        : refuse('federation.unreachable', reasonOf(error, signal));
    }
  };
}

async function readDocument(
  response: IncomingMessage,
  url: string,
): Promise<Result<FetchedDocument, FetchFault>> {
  const { statusCode = 0, headers } = response;
  if (statusCode !== 200) {
    response.destroy();
    return refuse('federation.answer_refused', `${url} answered ${String(statusCode)}`);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > DOCUMENT_MAX_BYTES) {
      response.destroy();
      return refuse('federation.answer_refused', `${url} answered more than 256 KiB`);
    }
    chunks.push(chunk);
  }
  const document = parseStrictJson(Buffer.concat(chunks));
  if (!document) return refuse('federation.answer_refused', `${url} answered no JSON object`);
  return ok({ document, ...present({ maxAgeSeconds: cacheLifetime(headers) }) });
}

const refuse = (code: FetchFault['code'], detail: string): { ok: false; error: FetchFault } =>
  err({ code, detail });

function reasonOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'it took too long';
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
