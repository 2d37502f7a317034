import { randomUUID } from 'node:crypto';
import { isTokenToSecure } from '../audit/securing.ts';
import { lostAs, resumedEntry } from '../audit/stall.ts';
import type { Ports, Storage } from '../storage.ts';
import { encodeEntry } from './audit-rows.ts';
import { encodeDerivation } from './derivations.ts';
import type { CommandKind, CommandOf, CommandResults, Engine } from './engine.ts';
import { createGate } from './gate.ts';
import type { Write } from './gate.ts';
import { createHeldClaims } from './held-claims.ts';
import type { StoreObserver } from './observer.ts';
import { createPorts } from './ports.ts';
import { isClaimed } from './replays.ts';
import {
  appendFault,
  isPassing,
  translateFaults,
  translating,
  WriteInDoubt,
} from './unavailable.ts';

/** What a storage is told and asks besides its engine. */
export interface StorageOptions {
  readonly clock: () => number;
  readonly observer?: StoreObserver;
  /**
   * Whether claims that cannot be written are held in memory: only where no other process takes claims on the same store, which
   * would know nothing of them. Otherwise whoever comes with one is refused until it can be written.
   */
  readonly holdClaims?: boolean;
}

/**
 * Makes the storage over an engine.
 *
 * Outside a transaction the ports read, by the engine's shortest way where a token request passes, and write the few things
 * that stand alone: an audit entry, a claim on what may be used once or so often, the last use of a secret, the forgetting
 * of what is over. Anything else is refused by the reader, which cannot write. All writing goes through the gate
 * ({@link createGate}).
 */
export function createStorage(engine: Engine, options: StorageOptions): Storage {
  const { clock, observer = {}, holdClaims = true } = options;
  const held = createHeldClaims();
  const gate = createGate({
    reserve: engine.reserve,
    clock,
    observer,
    resume: (stall) =>
      held.writeOut(async (claims) => {
        const entry = encodeEntry(resumedEntry(stall, clock(), randomUUID()));
        await Promise.all([
          engine.write({ kind: 'append', entry }, 0),
          ...claims.map((claim) => engine.write({ kind: 'claim', claim }, 0)),
        ]);
      }),
  });

  const transact =
    <T>(work: (tx: Ports) => Promise<T>): Write<T> =>
    (patienceMs) =>
      engine.transaction((db) => work(createPorts(db, engine.idOf)), patienceMs);
  const transaction: Storage['transaction'] = (work, urgency = 'ordinary') =>
    translating(
      urgency === 'securing'
        ? gate.securing(transact(work))
        : gate.ordinary(transact(work), 'refused'),
    );
  const clean = (work: (tx: Ports) => Promise<void>): Promise<void> =>
    gate.ordinary(transact(work), 'nothing');
  const alone = <K extends CommandKind>(command: CommandOf<K>): Promise<CommandResults[K]> =>
    gate.ordinary((patienceMs) => engine.write(command, patienceMs), 'nothing');

  const general = createPorts(engine.reader, engine.idOf);
  const read: Ports = {
    ...general,
    revision: { ...general.revision, read: () => engine.hot.readRevision() },
    clients: {
      ...general.clients,
      find: (clientId) => engine.hot.findClient(clientId),
      async touchSecret(clientId, secretId, lastUsedAt) {
        try {
          await alone({ kind: 'touchSecret', clientId, secretId, lastUsedAt });
        } catch (error) {
          if (!isPassing(error)) throw error;
        }
      },
    },
    audit: {
      ...general.audit,
      append: async (entry, derivation) => {
        // Encoded here, so that an entry that cannot be is its own fault.
        const command: CommandOf<'append'> = {
          kind: 'append',
          entry: encodeEntry(entry),
          ...(derivation && { derivation: encodeDerivation(derivation) }),
        };
        const write: Write<undefined> = async (patienceMs) => {
          try {
            return await engine.write(command, patienceMs);
          } catch (error) {
            throw appendFault(error);
          }
        };
        await (isTokenToSecure(entry)
          ? gate.securing(write)
          : gate.ordinary(write, lostAs(entry.event)));
      },
    },
    replays: {
      async claim(...claim) {
        const [key, , now] = claim;
        try {
          const claimed = await alone({ kind: 'claim', claim });
          return claimed && !held.has(key, now); // looked at once it is committed, see below
        } catch (error) {
          if (!isPassing(error) || !holdClaims || error instanceof WriteInDoubt) throw error;
          // First held, then looked for: whichever of two claims comes second sees the other.
          if (!held.hold(claim)) return false;
          try {
            return !(await isClaimed(engine.reader, key, now));
          } catch (unreadable) {
            held.drop(claim); // whoever made it is told to come again
            throw unreadable;
          }
        }
      },
    },
    quotas: {
      claim: (quotas, now) => alone({ kind: 'claimQuotas', quotas, now }),
      prune: (now) => clean((tx) => tx.quotas.prune(now)),
    },
    derivations: {
      ...general.derivations,
      find: (jti) => engine.hot.findDerivation(jti),
      prune: (now) => clean((tx) => tx.derivations.prune(now)),
    },
    revocations: {
      ...general.revocations,
      prune: (now) => clean((tx) => tx.revocations.prune(now)),
    },
  };
  return { read: translateFaults(read), transaction, stall: () => gate.check() };
}
