import { SYSTEM } from '../actor.ts';
import type { AuditEvent } from './events.ts';
import type { AuditEntry } from './record.ts';

/** Why the log cannot be written: no space is left, another process holds the database, or it fails for another reason. */
export type StallCause = 'full' | 'locked' | 'failing';

/** That the log cannot be written, and what that has come to so far. */
export interface Stall {
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly cause: StallCause;
  /** Tokens that were not issued, and changes that were not made. */
  readonly refused: number;
  /** Requests that were answered without a record: introspections, and refusals. */
  readonly unrecorded: number;
}

/** A stall that is on, with what is left for what must be written all the same. */
export interface OngoingStall extends Stall {
  /** Whether the space that is kept for changes that take power away is all there. */
  readonly isReserveWhole: boolean;
}

/** What it comes to when a record cannot be written; counted refusals are written later. */
export function lostAs(event: AuditEvent): 'refused' | 'unrecorded' | 'nothing' {
  switch (event) {
    case 'token.issued':
    case 'token.exchanged':
      return 'refused';
    case 'refusals.counted':
      return 'nothing';
    default:
      return 'unrecorded';
  }
}

/** The record that a stall is over: the first that is written again. */
export const resumedEntry = (stall: Stall, now: number, requestId: string): AuditEntry => ({
  time: now,
  event: 'audit.resumed',
  decision: 'granted',
  requestId,
  actor: SYSTEM,
  target: { kind: 'system', id: 'audit' },
  after: { ...stall, since: new Date(stall.since).toISOString() },
});
