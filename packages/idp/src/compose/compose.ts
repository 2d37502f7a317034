import { createAccessService } from '../access/access-service.ts';
import { createActivity } from '../activity/activity.ts';
import type { Activity } from '../activity/activity.ts';
import { createDecisionLog } from '../audit/decision-log.ts';
import type { AuditEntry } from '../audit/record.ts';
import { createAuditKeys } from '../audit/audit-keys.ts';
import { createAuditService } from '../audit/audit-service.ts';
import { createCheckpoints } from '../audit/checkpoints.ts';
import { createRetention } from '../audit/retention.ts';
import { layDownCatalog } from '../bootstrap/bootstrap.ts';
import type { BootstrapDependencies } from '../bootstrap/bootstrap.ts';
import { createCatalogService } from '../catalog/catalog-service.ts';
import type { CatalogService } from '../catalog/catalog-service.ts';
import { createChanges } from '../change.ts';
import { createClientService } from '../clients/client-service.ts';
import type { ClientService } from '../clients/client-service.ts';
import { createHousekeeping } from '../housekeeping.ts';
import { createKeyService } from '../keys/key-service.ts';
import type { KeyService } from '../keys/key-service.ts';
import { createKeyRingDecoder } from '../keys/decode-key-ring.ts';
import { createMetrics } from '../metrics/create-metrics.ts';
import type { Metrics } from '../metrics/create-metrics.ts';
import { observeDecisions } from '../metrics/observe-decisions.ts';
import { createRevocationService } from '../revocation/revocation-service.ts';
import { createSnapshots } from '../snapshot/create-snapshots.ts';
import { timeOrderedId } from '../time-ordered-id.ts';
import { generateSecret } from '../vault/secret.ts';
import { SERVER_VERSION } from '../version.ts';
import { createReadiness } from '../web/health.ts';
import type { Readiness } from '../web/health.ts';
import { composeEdges } from './compose-edges.ts';
import type { Edges } from './compose-edges.ts';
import type { Ground } from './ground.ts';

/** The whole of Ambit, put together. */
export interface Ambit extends Edges {
  readonly metrics: Metrics;
  readonly activity: Activity;
  /** Whether this process can do its work. */
  readonly readiness: () => Promise<Readiness>;
  readonly catalog: CatalogService;
  readonly clients: ClientService;
  readonly keys: KeyService;
  /** Rotates what is due and forgets what is over; to be called now and then. */
  readonly housekeep: () => Promise<void>;
  /** Loads what has changed, if anything has; to be called often, and when something is heard to have changed. Never rejects. */
  readonly keepCurrent: () => Promise<void>;
  /** Signs what the audit log has come to; to be called now and then. Never rejects. */
  readonly checkpoint: () => Promise<void>;
  /** Waits for what the house is at, writes down what is still to be written and signs the audit log; to be called last of all. */
  finish(): Promise<void>;
  readonly bootstrap: BootstrapDependencies;
  /** From now on readiness says no. */
  drain(): void;
}

/**
 * Puts the house together on a store with a schema: lays down what an empty one lacks (version 0, signing keys), then
 * makes every service and edge. Nothing listens yet.
 */
export async function compose(ground: Ground): Promise<Ambit> {
  const { config, issuer, vault, log, clock, tracing, company } = ground;
  const newId = (): string => timeOrderedId(clock());
  const snapshots = createSnapshots({
    read: ground.storage.read,
    issuer,
    clock,
    decodeKeyRing: createKeyRingDecoder(vault),
  });
  const metrics = createMetrics({
    serverVersion: SERVER_VERSION,
    activeCatalog: () => snapshots.latest()?.catalog,
    refresh: () => snapshots.current(),
    stateAgeSeconds: () => snapshots.ageSeconds(),
    listKeys: () => keys.list(),
    secrets: ground.storage.read.secrets,
    stall: () => ground.storage.stall(),
    clock,
    onFault(metric, error) {
      // By its whole name, which begins as secrets do, the log would take a long one for a secret.
      log.warn('metric not read', { metric: metric.replace(/^ambit_/, ''), error });
    },
  });
  const activity = createActivity({ clock });
  const decided = (entry: AuditEntry): void => {
    metrics.observeDecision(entry);
    activity.observe(entry);
    tracing?.observeDecision(entry);
  };
  const storage = observeDecisions(ground.storage, {
    decided,
    settled: (...records) => {
      metrics.observeRecords(...records);
    },
  });
  const bootstrap = { storage, clock, newId };
  await layDownCatalog(bootstrap);

  const changes = createChanges({ storage, snapshots, clock });
  const rotationSeconds = config.keyRotationDays === 0 ? Infinity : config.keyRotationDays * 86_400;
  const keys = createKeyService({
    storage,
    vault,
    changes,
    clock,
    newId,
    jwksMaxAgeSeconds: config.jwksMaxAgeSeconds,
    rotationSeconds,
  });
  await keys.ensureKeys();
  const auditKeys = createAuditKeys({ storage, vault, clock, newId, issuer, rotationSeconds });
  await auditKeys.ensure();
  await snapshots.current();
  const catalog = createCatalogService({ storage, snapshots, changes, clock, issuer });
  const clients = createClientService({
    storage,
    changes,
    newId,
    newSecret: generateSecret,
    vault,
  });
  const revocations = createRevocationService({ storage, changes, newId, keys });
  const access = createAccessService({ clients: storage.read.clients, snapshots, clock });
  const decisions = createDecisionLog({
    audit: storage.read.audit,
    clock,
    newId,
    random: Math.random,
    introspectionShare: config.auditIntrospectionPercent / 100,
    onOmitted(entry, why) {
      decided(entry);
      metrics.observeRecords(why);
    },
  });
  const audit = createAuditService({ audit: storage.read.audit, decisions, clock });
  const checkpoints = createCheckpoints({ storage, keys: auditKeys, issuer, clock });
  let draining = false;
  const isDraining = (): boolean => draining;
  const retention = createRetention({
    ...{ storage, checkpoints, clock, log, isDraining },
    settings: config.audit,
  });
  const readiness = createReadiness({
    async check() {
      const { catalog: active, revision } = await snapshots.current();
      return { catalogVersion: active.version, revision };
    },
    stall: () => storage.stall(),
    isDraining,
  });
  const housekeeping = createHousekeeping({
    ...{ keys, auditKeys, decisions, retention, storage, clock, log },
    ofItself: company?.isWorker === true,
  });
  const checkpoint = async (): Promise<void> => {
    try {
      await checkpoints.make();
    } catch (error) {
      log.error('the audit log was not signed', { error });
    }
  };
  const edges = composeEdges(ground, {
    ...{ storage, newId, snapshots, metrics, activity, decisions, keys, catalog, clients },
    ...{ revocations, access, audit, checkpoints, changes, readiness },
  });
  return {
    ...edges,
    metrics,
    activity,
    readiness,
    catalog,
    clients,
    keys,
    housekeep: housekeeping.run,
    async keepCurrent() {
      await snapshots.current().catch(() => undefined); // requests and health tell why it cannot
    },
    checkpoint,
    async finish() {
      await housekeeping.atRest();
      await decisions.writeCounted('all');
      if (company?.isWorker !== true) await checkpoint();
    },
    bootstrap,
    drain: () => {
      draining = true;
    },
  };
}
