import { LIFETIME_SECONDS_MAX } from '@ambit/scope-catalog';
import type { SigningKeyRecord } from './ports.ts';

const DAY_SECONDS = 86_400;

/** How long a key signs where nothing else is set: 90 days. */
export const ROTATION_SECONDS = 90 * DAY_SECONDS;

/** What the life of a key is measured by, in seconds. */
export interface KeyTiming {
  /** For how long others may keep the JWKS. */
  readonly jwksMaxAgeSeconds: number;
  /** For how long a key signs; 0: until it is rotated by command. */
  readonly rotationSeconds: number;
}

const skewSeconds = ({ jwksMaxAgeSeconds }: KeyTiming): number =>
  Math.max(1, jwksMaxAgeSeconds / 10);

/** From when a published key may sign: when every cached JWKS without it has run out (ms). */
export const maySignFrom = (key: SigningKeyRecord, timing: KeyTiming): number =>
  key.createdAt + (timing.jwksMaxAgeSeconds + skewSeconds(timing)) * 1000;

/** From when a retired key may go: when the last token it signed has expired (ms). */
export const mayDestroyFrom = (key: SigningKeyRecord, timing: KeyTiming): number =>
  (key.retiredAt ?? Infinity) + (LIFETIME_SECONDS_MAX + skewSeconds(timing)) * 1000;

/** Whether a key has signed for longer than it should. */
export const isOverdue = (key: SigningKeyRecord, timing: KeyTiming, now: number): boolean =>
  key.state === 'active' && hasSignedFor(key.activatedAt ?? now, timing.rotationSeconds, now);

/** Whether a key that began to sign at a moment (ms) is due for rotation; never where `rotationSeconds` is 0. */
export const hasSignedFor = (since: number, rotationSeconds: number, now: number): boolean =>
  rotationSeconds > 0 && since + rotationSeconds * 1000 <= now;
