import { createPublicKey } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';
import type { Sealer } from '../vault/vault.ts';
import type { KeyRing, SigningKey } from './key-ring.ts';
import type { SigningKeyRecord } from './ports.ts';
import { openPrivateKey } from './sealed-key.ts';

function decodeKey(record: SigningKeyRecord, sealer: Pick<Sealer, 'open'>): SigningKey {
  const { kid, alg, state, publicJwk, privateJwk } = record;
  const publicKey = createPublicKey({ key: publicJwk as JsonWebKey, format: 'jwk' });
  const key = { kid, alg, state, publicJwk, publicKey };
  if (state !== 'active') return key;
  if (privateJwk === undefined) throw new Error(`the active key ${kid} has no private half`);
  return { ...key, privateKey: openPrivateKey(sealer, 'signing-key', kid, privateJwk) };
}

/**
 * Makes the step from stored keys to a ring of ready ones.
 *
 * Only the private halves that sign are opened. A key is decoded once for as long as it keeps its state, so a rotation
 * costs the keys that moved.
 */
export function createKeyRingDecoder(
  sealer: Pick<Sealer, 'open'>,
): (records: readonly SigningKeyRecord[]) => KeyRing {
  let known: ReadonlyMap<string, SigningKey> = new Map();
  return (records) => {
    const keys = records
      .filter(({ state }) => state !== 'destroyed')
      .map((record) => {
        const before = known.get(record.kid);
        return before?.state === record.state ? before : decodeKey(record, sealer);
      });
    known = new Map(keys.map((key) => [key.kid, key]));
    return {
      published: known,
      active: new Map(keys.filter(({ state }) => state === 'active').map((key) => [key.alg, key])),
    };
  };
}
