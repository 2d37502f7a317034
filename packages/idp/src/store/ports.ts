import type { Knex } from 'knex';
import type { Ports } from '../storage.ts';
import type { IdOf } from './audit-rows.ts';
import { createAuditKeyStore } from './audit-keys.ts';
import { createAuditRetention } from './audit-retention.ts';
import { createAuditStore } from './audit.ts';
import { createCatalogStore } from './catalog.ts';
import { createCheckpointStore } from './checkpoints.ts';
import { createClientStore } from './clients.ts';
import { createDerivationStore } from './derivations.ts';
import { createKeyStore } from './keys.ts';
import { createQuotaStore } from './quotas.ts';
import { createReplayStore } from './replays.ts';
import { createRevisionStore } from './revision.ts';
import { createRevocationStore } from './revocations.ts';
import { createSecretStore } from './secrets.ts';
import { createVaultStore } from './vault.ts';

/** Every port over one database handle: a reader, or a transaction; records of the log are numbered by `idOf`. */
export const createPorts = (db: Knex, idOf: IdOf): Ports => ({
  revision: createRevisionStore(db),
  catalog: createCatalogStore(db),
  clients: createClientStore(db),
  keys: createKeyStore(db),
  audit: createAuditStore(db, idOf),
  auditRetention: createAuditRetention(db, idOf),
  auditKeys: createAuditKeyStore(db),
  checkpoints: createCheckpointStore(db),
  revocations: createRevocationStore(db),
  derivations: createDerivationStore(db),
  replays: createReplayStore(db),
  quotas: createQuotaStore(db),
  vault: createVaultStore(db),
  secrets: createSecretStore(db),
});
