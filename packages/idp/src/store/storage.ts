import type { Ports, Storage } from '../storage.ts';
import { encodeEntry } from './audit-rows.ts';
import { encodeDerivation } from './derivations.ts';
import type { Engine } from './engine.ts';
import { createPorts } from './ports.ts';
import { translateFault, translateFaults } from './unavailable.ts';

/**
 * Makes the storage over an engine.
 *
 * Outside a transaction the ports read, through the engine's prepared statements where a token request passes, and
 * write the few things that stand alone: an audit entry, a claim on what may be used once or so often, the last use of
 * a secret, the forgetting of what is over. Anything else is refused by the reader, which cannot write.
 */
export function createStorage(engine: Engine): Storage {
  const transaction = async <T>(work: (tx: Ports) => Promise<T>): Promise<T> => {
    try {
      return await engine.transaction((db) => work(createPorts(db)));
    } catch (error) {
      throw translateFault(error);
    }
  };
  const general = createPorts(engine.reader);
  const read: Ports = {
    ...general,
    revision: { ...general.revision, read: async () => engine.hot.readRevision() },
    clients: {
      ...general.clients,
      find: async (clientId) => engine.hot.findClient(clientId),
      touchSecret: (...use) =>
        engine.inGroup(() => {
          engine.hot.touchSecret(...use);
        }),
    },
    audit: {
      ...general.audit,
      append: async (entry, derivation) => {
        const encoded = encodeEntry(entry); // here, so that an entry that cannot be encoded is its own fault
        const derived = derivation && encodeDerivation(derivation);
        await engine.inGroup(() => {
          engine.hot.appendAudit(encoded);
          if (derived) engine.hot.insertDerivation(derived);
        });
      },
    },
    replays: {
      claim: (key, expiresAt, now) =>
        engine.inGroup(() => engine.hot.claimReplay(key, expiresAt, now)),
    },
    quotas: {
      claim: (quotas, now) => engine.inGroup(() => engine.hot.claimQuotas(quotas, now)),
      prune: (now) => transaction((tx) => tx.quotas.prune(now)),
    },
    derivations: {
      ...general.derivations,
      find: async (jti) => engine.hot.findDerivation(jti),
      prune: (now) => transaction((tx) => tx.derivations.prune(now)),
    },
    revocations: {
      ...general.revocations,
      prune: (now) => transaction((tx) => tx.revocations.prune(now)),
    },
  };
  return { read: translateFaults(read), transaction };
}
