import { present } from '@ambit/scope-catalog';
import type { AuditEntry, PersonalFields } from './audit/record.ts';

/** The request that a decision or a change is made for, as far as the audit log tells of it. */
export interface RequestOrigin {
  readonly id: string;
  /** The network address that it came from; absent where the server itself acts. */
  readonly address?: string;
  /** The trace that it is part of (W3C Trace Context): 32 hex digits. */
  readonly traceId?: string;
  /** How long ago it came in, in microseconds. */
  elapsedMicros?(): number;
}

/** What a record says of its request; `personal` is what is personal about the decision besides. */
export const requestFacts = (
  { id, address, traceId, elapsedMicros }: RequestOrigin,
  personal?: PersonalFields,
): Pick<AuditEntry, 'requestId' | 'traceId' | 'durationMicros' | 'personal'> => ({
  requestId: id,
  ...present({ traceId, durationMicros: elapsedMicros?.() }),
  ...(address === undefined && personal === undefined
    ? {}
    : { personal: { ...present({ address }), ...personal } }),
});
