/** Where a request stands in a trace that somebody else has begun. */
export interface TraceContext {
  /** 32 hex digits, not all of them 0. */
  readonly traceId: string;
  /** The span of whoever asks: 16 hex digits, not all of them 0. */
  readonly parentId: string;
  /** 8 bits; the lowest says that the caller may have recorded its part. */
  readonly flags: number;
}

/** A version that is not known yet may have more after what is known (W3C Trace Context §3.2.2, §4.3). */
const TRACEPARENT =
  /^(?<version>[\da-f]{2})-(?<traceId>[\da-f]{32})-(?<parentId>[\da-f]{16})-(?<flags>[\da-f]{2})(?<more>-.*)?$/;

/**
 * Reads a `traceparent` (W3C Trace Context §3.2); undefined where it is malformed, since a trace is then begun anew (§4.3).
 */
export function decodeTraceparent(header: string): TraceContext | undefined {
  if (header.length > 512) return undefined;
  const { version, traceId, parentId, flags, more } = TRACEPARENT.exec(header)?.groups ?? {};
  if (traceId === undefined || parentId === undefined || flags === undefined) return undefined;
  if (version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(parentId)) return undefined;
  return { traceId, parentId, flags: Number.parseInt(flags, 16) };
}
