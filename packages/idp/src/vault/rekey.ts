import { err, ok } from '@ambit/scope-catalog';
import type { Result } from '@ambit/scope-catalog';
import { SYSTEM } from '../actor.ts';
import { resealPrivateJwk } from '../keys/sealed-key.ts';
import type { Ports, Storage } from '../storage.ts';
import { openHashKey, sealHashKey } from './unlock-vault.ts';
import type { VaultProblem } from './unlock-vault.ts';
import { createSealer } from './vault.ts';

/** What a rekey has sealed anew. */
export interface Rekeyed {
  readonly before: string;
  readonly after: string;
  /** How many private keys there were. */
  readonly privateKeys: number;
}

/**
 * Puts everything that is sealed under a new master key, in one transaction: all of it or none.
 *
 * Client secrets stay valid, since their hash key is kept and only its seal changes (ADR-0003). A server that runs on
 * goes on with the keys it has opened, but makes no new ones; it has to be started again with the new master key.
 * Whoever calls must have the new master key in safe keeping already: once this is done nothing opens without it.
 */
export const rekey = ({
  storage,
  oldMasterKey,
  newMasterKey,
  clock,
  newId,
}: {
  readonly storage: Storage<Pick<Ports, 'vault' | 'keys' | 'auditKeys' | 'audit' | 'revision'>>;
  readonly oldMasterKey: Uint8Array;
  readonly newMasterKey: Uint8Array;
  readonly clock: () => number;
  readonly newId: () => string;
}): Promise<Result<Rekeyed, VaultProblem>> =>
  storage.transaction(async (tx) => {
    const now = clock();
    const record = await tx.vault.find();
    if (record === undefined) return err({ code: 'vault.empty' });
    const hashKey = openHashKey(record, oldMasterKey);
    if (!hashKey.ok) return hashKey;

    const [from, to] = [createSealer(oldMasterKey), createSealer(newMasterKey)];
    await tx.vault.replace(sealHashKey(hashKey.value, newMasterKey, now));
    let privateKeys = 0;
    for (const key of await tx.keys.list()) {
      if (key.privateJwk === undefined) continue;
      const privateJwk = resealPrivateJwk(from, to, 'signing-key', key.kid, key.privateJwk);
      await tx.keys.update({ ...key, privateJwk });
      privateKeys += 1;
    }
    for (const key of await tx.auditKeys.list()) {
      if (key.privateJwk === undefined) continue;
      const privateJwk = resealPrivateJwk(from, to, 'audit-key', key.kid, key.privateJwk);
      await tx.auditKeys.replacePrivate(key.number, privateJwk);
      privateKeys += 1;
    }
    const rekeyed = { before: from.masterKeyId, after: to.masterKeyId, privateKeys };
    await tx.audit.append({
      time: now,
      event: 'system.rekeyed',
      decision: 'granted',
      requestId: newId(),
      actor: SYSTEM,
      revision: await tx.revision.advance(['keys']),
      target: { kind: 'system', id: 'vault' },
      before: { masterKeyId: rekeyed.before },
      after: { masterKeyId: rekeyed.after, privateKeys },
    });
    return ok(rekeyed);
  });
