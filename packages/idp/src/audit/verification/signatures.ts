import { CHECKPOINT_TYPE, isSignedBy } from '../checkpoint.ts';
import type { ReadCheckpoint } from '../checkpoint.ts';
import type { ProofFinding } from './findings.ts';
import type { TrustedKey } from './ports.ts';

/** What is wrong with the signature of a checkpoint; undefined where it is one of a key of this log. */
export type FindFault = (
  statement: string,
  states: ReadCheckpoint,
) => Promise<ProofFinding | undefined>;

/** Makes the check of signatures by the keys that are known to be genuine. */
export function createSignatureCheck(keys: readonly TrustedKey[]): FindFault {
  const byKid = new Map(keys.map((key) => [key.kid, key.publicJwk]));
  return async (statement, { kid, number: checkpoint }) => {
    const publicJwk = byKid.get(kid);
    if (publicJwk === undefined) return { code: 'checkpoint.unknown_key', checkpoint, kid };
    return (await isSignedBy(statement, CHECKPOINT_TYPE, publicJwk))
      ? undefined
      : { code: 'checkpoint.bad_signature', checkpoint, kid };
  };
}
