import { SYSTEM } from '../actor.ts';
import { hasSignedFor } from '../keys/key-timing.ts';
import { openPrivateKey } from '../keys/sealed-key.ts';
import { generateSigningKeyPair } from '../keys/signing-key-pair.ts';
import type { Ports, Storage } from '../storage.ts';
import { requireMasterKey } from '../vault/require-master-key.ts';
import type { Vault } from '../vault/vault.ts';
import { makeAuditKey } from './audit-key.ts';
import type { AuditSigner } from './audit-key.ts';
import type { AuditKeyRecord, AuditKeyStore } from './ports.ts';
import { numberAfter, writeCheckpoint } from './write-checkpoint.ts';

/**
 * Governs the keys that sign checkpoints of the audit log. One signs, and introduces the next one in the moment in which
 * it ceases to; nobody caches them, so none has to wait.
 */
export interface AuditKeys {
  /** Makes the first key where there is none. */
  ensure(): Promise<void>;
  /** Puts a new key in the place of one that has signed for long enough. */
  runSchedule(): Promise<void>;
  /** The key that signs, as a transaction sees it. */
  signer(keys: Pick<AuditKeyStore, 'list'>): Promise<AuditSigner>;
}

type KeyPorts = Pick<Ports, 'audit' | 'auditKeys' | 'checkpoints' | 'vault'>;

/** Makes the service of the keys that sign checkpoints. */
export function createAuditKeys(deps: {
  readonly storage: Storage<KeyPorts>;
  readonly vault: Pick<Vault, 'seal' | 'open' | 'masterKeyId' | 'stamp'>;
  readonly clock: () => number;
  readonly newId: () => string;
  readonly issuer: string;
  /** For how long a key signs; 0: for ever. */
  readonly rotationSeconds: number;
}): AuditKeys {
  const { storage, vault, clock, newId, issuer, rotationSeconds } = deps;
  let opened: AuditSigner | undefined;

  const open = ({ number, kid, publicJwk, privateJwk }: AuditKeyRecord): AuditSigner => {
    if (opened?.kid === kid) return opened;
    if (privateJwk === undefined) throw new Error(`the audit key ${kid} has no private half`);
    const privateKey = openPrivateKey(vault, 'audit-key', kid, privateJwk);
    opened = { number, kid, publicJwk, privateKey };
    return opened;
  };

  /**
   * Makes a key the one that signs, unless another process was faster. The record of it tells the number of the checkpoint
   * that the key signs with it, so that a log from which all checkpoints were taken shows that there were some.
   */
  const introduce = async (after: AuditKeyRecord | undefined): Promise<void> => {
    const pair = await generateSigningKeyPair('EdDSA');
    await storage.transaction(async (tx) => {
      const newest = (await tx.auditKeys.list()).at(-1);
      if (newest?.kid !== after?.kid) return;
      await requireMasterKey(tx.vault, vault);
      const now = clock();
      const key = await makeAuditKey(pair, vault, newest && open(newest), now);
      if (newest) await tx.auditKeys.replacePrivate(newest.number, undefined);
      await tx.auditKeys.insert(key);
      const signed = await tx.checkpoints.newest();
      await tx.audit.append({
        time: now,
        event: 'audit.key_introduced',
        decision: 'granted',
        requestId: newId(),
        actor: SYSTEM,
        kid: key.kid,
        target: { kind: 'audit', id: key.kid },
        ...(newest ? { before: { kid: newest.kid } } : {}),
        after: { kid: key.kid, number: key.number, checkpoint: numberAfter(signed) },
      });
      await writeCheckpoint(tx, signed, { issuer, now, signer: open(key) });
    });
  };

  return {
    async ensure() {
      if ((await storage.read.auditKeys.list()).length === 0) await introduce(undefined);
    },
    async runSchedule() {
      const newest = (await storage.read.auditKeys.list()).at(-1);
      if (newest && hasSignedFor(newest.createdAt, rotationSeconds, clock())) {
        await introduce(newest);
      }
    },
    async signer(keys) {
      const newest = (await keys.list()).at(-1);
      if (newest === undefined) throw new Error('there is no audit key');
      return open(newest);
    },
  };
}
