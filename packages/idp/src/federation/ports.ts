import type { Result } from '@ambit/scope-catalog';

/** Why a document of an external issuer could not be had; `detail` is for the log and the audit alone. */
export interface FetchFault {
  readonly code:
    | 'federation.url_refused' // not https, or an address that must not be asked
    | 'federation.unreachable' // no name, no connection, no trust, or it took too long
    | 'federation.answer_refused'; // not 200 (redirects among it), too large, or no JSON object
  readonly detail: string;
}

/** A document, and for how long its issuer lets one keep it. */
export interface FetchedDocument {
  readonly document: Readonly<Record<string, unknown>>;
  /** Seconds; absent where the headers say nothing, 0 where they forbid it. */
  readonly maxAgeSeconds?: number;
}

/** Fetches a JSON document of an external issuer. */
export type FetchDocument = (url: string) => Promise<Result<FetchedDocument, FetchFault>>;
