import type { SigningAlg } from '@ambit/scope-catalog';
import type { AuditEvent } from '../audit/events.ts';
import { requestFacts } from '../request.ts';
import type { RequestOrigin } from '../request.ts';
import type { Ports } from '../storage.ts';
import { requireMasterKey } from '../vault/require-master-key.ts';
import type { Sealer } from '../vault/vault.ts';
import type { KeyState, SigningKeyRecord } from './ports.ts';
import { sealPrivateJwk } from './sealed-key.ts';
import type { SigningKeyPair } from './signing-key-pair.ts';

type KeyPorts = Pick<Ports, 'keys' | 'audit' | 'revision' | 'vault'>;

/** Changes of the signing keys within one transaction; every step is audited. */
export interface KeyChange {
  /** Every key as this transaction sees it. */
  list(): Promise<readonly SigningKeyRecord[]>;
  /** Moves a key on. The private half goes with the first step after signing: no state leads back. */
  move(key: SigningKeyRecord, state: 'active' | 'retired' | 'destroyed'): Promise<SigningKeyRecord>;
  /**
   * Makes sure that an algorithm has its active and its next key: the next one is activated where none is active, and
   * what is missing is taken from `generate`.
   */
  complete(
    alg: SigningAlg,
    generate: (alg: SigningAlg) => Promise<SigningKeyPair>,
  ): Promise<readonly SigningKeyRecord[]>;
}

const EVENTS: Readonly<Record<KeyState, AuditEvent>> = {
  next: 'key.created',
  active: 'key.activated',
  retired: 'key.retired',
  destroyed: 'key.destroyed',
};

function advanced(
  { privateJwk, ...key }: SigningKeyRecord,
  state: 'active' | 'retired' | 'destroyed',
  now: number,
): SigningKeyRecord {
  switch (state) {
    case 'active':
      return { ...key, ...(privateJwk && { privateJwk }), state, activatedAt: now };
    case 'retired':
      return { ...key, state, retiredAt: now };
    case 'destroyed':
      return { ...key, state, retiredAt: key.retiredAt ?? now, destroyedAt: now };
  }
}

/** Begins to change the signing keys in a transaction: counts the change, so that every snapshot follows. */
export async function beginKeyChange(facts: {
  readonly tx: KeyPorts;
  readonly sealer: Pick<Sealer, 'seal' | 'masterKeyId'>;
  readonly now: number;
  /** The `client_id` that acts. */
  readonly actor: string;
  readonly request: RequestOrigin;
}): Promise<KeyChange> {
  const { tx, sealer, now, actor, request } = facts;
  const revision = await tx.revision.advance(['keys']);
  const record = (key: SigningKeyRecord, before?: KeyState): Promise<void> =>
    tx.audit.append({
      time: now,
      event: EVENTS[key.state],
      decision: 'granted',
      ...requestFacts(request),
      actor,
      revision,
      kid: key.kid,
      target: { kind: 'key', id: key.kid },
      ...(before === undefined ? {} : { before: { state: before } }),
      after: { alg: key.alg, state: key.state },
    });
  const add = async (pair: SigningKeyPair): Promise<SigningKeyRecord> => {
    await requireMasterKey(tx.vault, sealer);
    const key: SigningKeyRecord = {
      kid: pair.kid,
      alg: pair.alg,
      state: 'next',
      publicJwk: pair.publicJwk,
      privateJwk: sealPrivateJwk(sealer, 'signing-key', pair.kid, pair.privateJwk),
      createdAt: now,
    };
    await tx.keys.insert(key);
    await record(key);
    return key;
  };
  const move: KeyChange['move'] = async (key, state) => {
    const moved = advanced(key, state, now);
    await tx.keys.update(moved);
    await record(moved, key.state);
    return moved;
  };
  return {
    list: () => tx.keys.list(),
    move,
    async complete(alg, generate) {
      const keys = (await tx.keys.list()).filter((key) => key.alg === alg);
      const next = keys.find(({ state }) => state === 'next');
      if (keys.some(({ state }) => state === 'active')) {
        return next === undefined ? [await add(await generate(alg))] : [];
      }
      const active = await move(next ?? (await add(await generate(alg))), 'active');
      return [active, await add(await generate(alg))];
    },
  };
}
