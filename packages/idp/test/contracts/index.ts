import { describe } from '@jest/globals';
import { auditContract } from './audit.ts';
import { catalogContract } from './catalog.ts';
import { clientsContract } from './clients.ts';
import { derivationsContract } from './derivations.ts';
import type { OpenStore } from './engine.ts';
import { keysContract } from './keys.ts';
import { quotasContract } from './quotas.ts';
import { replaysContract } from './replays.ts';
import { revocationsContract } from './revocations.ts';
import { secretsContract } from './secrets.ts';
import { transactionsContract } from './transactions.ts';
import { vaultContract } from './vault.ts';

/** What every engine promises; the same suite for each. */
export function storageContract(engine: string, open: OpenStore): void {
  describe(`storage on ${engine}`, () => {
    transactionsContract(open);
    catalogContract(open);
    clientsContract(open);
    keysContract(open);
    revocationsContract(open);
    auditContract(open);
    derivationsContract(open);
    replaysContract(open);
    quotasContract(open);
    vaultContract(open);
    secretsContract(open);
  });
}
