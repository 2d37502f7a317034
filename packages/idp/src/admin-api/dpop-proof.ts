import { hash } from 'node:crypto';
import { SIGNING_ALGS } from '@ambit/scope-catalog';
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose';
import { CLOCK_STEP_MS } from '../clock-step.ts';
import type { ReplayStore } from '../replay/ports.ts';
import { replayKey } from '../replay/replay-key.ts';

/** By how much the time of a proof may differ from ours (RFC 9449 §11.1). */
const PROOF_WINDOW_SECONDS = 300;

/** What a proof must be about. */
export interface ProofSubject {
  readonly method: string;
  /** Without query and fragment. */
  readonly url: string;
  readonly accessToken: string;
  /** Thumbprint of the key that the token is bound to. */
  readonly jkt: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Whether a DPoP proof shows possession of the key of an access token, for this request and for the first time (RFC
 * 9449 §4.3, §7.1).
 */
export async function isProven(
  proof: string,
  subject: ProofSubject,
  replays: ReplayStore,
): Promise<boolean> {
  const { jkt, now } = subject;
  const jti = await jtiOfSound(proof, subject);
  if (jti === undefined) return false;
  const key = replayKey('proof-key', jkt, jti);
  return replays.claim(key, now + 2 * PROOF_WINDOW_SECONDS * 1000 + CLOCK_STEP_MS, now);
}

/** The `jti` of a proof that holds, used before or not. */
async function jtiOfSound(proof: string, subject: ProofSubject): Promise<string | undefined> {
  const { method, url, accessToken, jkt, now } = subject;
  try {
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      typ: 'dpop+jwt',
      algorithms: [...SIGNING_ALGS],
      currentDate: new Date(now),
    });
    const age = Math.abs(Math.floor(now / 1000) - (payload.iat ?? 0));
    const holds =
      payload['htm'] === method &&
      payload['htu'] === url &&
      payload['ath'] === hash('sha256', accessToken, 'base64url') &&
      age <= PROOF_WINDOW_SECONDS &&
      typeof payload.jti === 'string' &&
      protectedHeader.jwk !== undefined &&
      (await calculateJwkThumbprint(protectedHeader.jwk)) === jkt;
    return holds ? payload.jti : undefined;
  } catch {
    return undefined;
  }
}
