import { randomUUID } from 'node:crypto';
import { isTokenToSecure } from '../audit/securing.ts';
import { lostAs, resumedEntry } from '../audit/stall.ts';
import type { Ports, Storage } from '../storage.ts';
import { encodeEntry } from './audit-rows.ts';
import { encodeDerivation } from './derivations.ts';
import type { Engine } from './engine.ts';
import { createGate } from './gate.ts';
import type { Write } from './gate.ts';
import { createHeldClaims } from './held-claims.ts';
import type { StoreObserver } from './observer.ts';
import { createPorts } from './ports.ts';
import { isClaimed } from './replays.ts';
import { isPassing, translateFaults, translating } from './unavailable.ts';

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
 * Outside a transaction the ports read, through the engine's prepared statements where a token request passes, and
 * write the few things that stand alone: an audit entry, a claim on what may be used once or so often, the last use of
 * a secret, the forgetting of what is over. Anything else is refused by the reader, which cannot write. All writing goes
 * through the gate ({@link createGate}).
 */
export function createStorage(engine: Engine, options: StorageOptions): Storage {
  const { clock, observer = {}, holdClaims = true } = options;
  const held = createHeldClaims();
  const gate = createGate({
    reserve: engine.reserve,
    clock,
    observer,
    resume: (stall) =>
      held.writeOut((claims) =>
        engine.inGroup(() => {
          engine.hot.appendAudit(encodeEntry(resumedEntry(stall, clock(), randomUUID())));
          for (const claim of claims) engine.hot.claimReplay(...claim);
        }, 0),
      ),
  });

  const transact =
    <T>(work: (tx: Ports) => Promise<T>): Write<T> =>
    (patienceMs) =>
      engine.transaction((db) => work(createPorts(db)), patienceMs);
  const transaction: Storage['transaction'] = (work, urgency = 'ordinary') =>
    translating(
      urgency === 'securing'
        ? gate.securing(transact(work))
        : gate.ordinary(transact(work), 'refused'),
    );
  const clean = (work: (tx: Ports) => Promise<void>): Promise<void> =>
    gate.ordinary(transact(work), 'nothing');
  const alone = <T>(work: () => T): Promise<T> =>
    gate.ordinary((patienceMs) => engine.inGroup(work, patienceMs), 'nothing');

  const general = createPorts(engine.reader);
  const read: Ports = {
    ...general,
    revision: { ...general.revision, read: async () => engine.hot.readRevision() },
    clients: {
      ...general.clients,
      find: async (clientId) => engine.hot.findClient(clientId),
      async touchSecret(...use) {
        try {
          await alone(() => {
            engine.hot.touchSecret(...use);
          });
        } catch (error) {
          if (!isPassing(error)) throw error;
        }
      },
    },
    audit: {
      ...general.audit,
      append: async (entry, derivation) => {
        const encoded = encodeEntry(entry); // here, so that an entry that cannot be encoded is its own fault
        const derived = derivation && encodeDerivation(derivation);
        const write: Write<void> = (patienceMs) =>
          engine.inGroup(() => {
            engine.hot.appendAudit(encoded);
            if (derived) engine.hot.insertDerivation(derived);
          }, patienceMs);
        await (isTokenToSecure(entry)
          ? gate.securing(write)
          : gate.ordinary(write, lostAs(entry.event)));
      },
    },
    replays: {
      async claim(...claim) {
        const [key, , now] = claim;
        try {
          return await alone(() => !held.has(key, now) && engine.hot.claimReplay(...claim));
        } catch (error) {
          if (!isPassing(error) || !holdClaims) throw error;
          // First held, then looked for: whichever of two claims comes second sees the other.
          return held.hold(claim) && !(await isClaimed(engine.reader, key, now));
        }
      },
    },
    quotas: {
      claim: (quotas, now) => alone(() => engine.hot.claimQuotas(quotas, now)),
      prune: (now) => clean((tx) => tx.quotas.prune(now)),
    },
    derivations: {
      ...general.derivations,
      find: async (jti) => engine.hot.findDerivation(jti),
      prune: (now) => clean((tx) => tx.derivations.prune(now)),
    },
    revocations: {
      ...general.revocations,
      prune: (now) => clean((tx) => tx.revocations.prune(now)),
    },
  };
  return { read: translateFaults(read), transaction, stall: () => gate.check() };
}
