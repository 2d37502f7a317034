import { present } from '@ambit/scope-catalog';
import { createAccessService } from './access/access-service.ts';
import { createAdmit } from './admin-api/admit.ts';
import { authenticateAdmin } from './admin-api/authenticate-admin.ts';
import { createAdminApi } from './admin-api/create-admin-api.ts';
import { createActivity, reportOf } from './activity/activity.ts';
import type { Activity } from './activity/activity.ts';
import type { EngineOptions } from './admin-api/engine.ts';
import { ADMIN_API_PATH } from './admin-api/routes.ts';
import { createDecisionLog } from './audit/decision-log.ts';
import type { AuditEntry } from './audit/record.ts';
import { createAuditKeys } from './audit/audit-keys.ts';
import { createAuditService } from './audit/audit-service.ts';
import { createCheckpoints } from './audit/checkpoints.ts';
import { createErasure } from './audit/erasure.ts';
import { createRetention } from './audit/retention.ts';
import type { LogExaminer } from './audit/verification/examination.ts';
import { createVerifyLog } from './audit/verification/verify-log.ts';
import { layDownCatalog } from './bootstrap/bootstrap.ts';
import type { BootstrapDependencies } from './bootstrap/bootstrap.ts';
import { createCatalogService } from './catalog/catalog-service.ts';
import type { CatalogService } from './catalog/catalog-service.ts';
import { createChanges } from './change.ts';
import { createClientService } from './clients/client-service.ts';
import type { ClientService } from './clients/client-service.ts';
import type { Company } from './company.ts';
import type { Config } from './config/config.ts';
import { createTraceService } from './delegation/trace.ts';
import { createHousekeeping } from './housekeeping.ts';
import { createFederation } from './federation/federation.ts';
import { createFetchDocument } from './federation/fetch-document.ts';
import { createIssuerKeys } from './federation/issuer-keys.ts';
import { createKeyService } from './keys/key-service.ts';
import type { KeyService } from './keys/key-service.ts';
import { createKeyRingDecoder } from './keys/decode-key-ring.ts';
import { createLimits } from './limits/limits.ts';
import type { Log } from './log/log.ts';
import { createMetrics } from './metrics/create-metrics.ts';
import type { Metrics } from './metrics/create-metrics.ts';
import { observeDecisions } from './metrics/observe-decisions.ts';
import { writeExposition } from './metrics/registry.ts';
import { createNarrowPath } from './narrow/narrow-path.ts';
import { ENDPOINTS } from './oauth/endpoints.ts';
import { createRecorder } from './oauth/recorder.ts';
import { createOidc } from './oidc/oidc-middleware.ts';
import { createRevocationService } from './revocation/revocation-service.ts';
import { createRevokeOwnToken } from './revocation/revoke-own-token.ts';
import { createSnapshots } from './snapshot/create-snapshots.ts';
import type { Storage } from './storage.ts';
import { timeOrderedId } from './time-ordered-id.ts';
import { createTokenInspector } from './tokens/token-inspector.ts';
import { createTokenVerifier } from './tokens/token-verifier.ts';
import type { Tracing } from './tracing/tracing.ts';
import { generateSecret } from './vault/secret.ts';
import type { Vault } from './vault/vault.ts';
import { SERVER_VERSION } from './version.ts';
import { createApp } from './web/create-app.ts';
import type { App } from './web/create-app.ts';
import { createEndpointNames } from './web/endpoint-names.ts';
import { requestOrigin } from './web/request-origin.ts';
import { createHealth, createReadiness } from './web/health.ts';
import type { Readiness } from './web/health.ts';
import { createMetricsEndpoint } from './web/metrics-endpoint.ts';
import { watchRequests } from './web/watch-requests.ts';

/** What the house stands on. */
export interface Ground {
  readonly config: Config;
  readonly issuer: string;
  readonly storage: Storage;
  readonly examiner: LogExaminer;
  readonly vault: Vault;
  readonly log: Log;
  readonly clock: () => number;
  /** Certificate authorities (PEM) to trust for federated issuers besides the well-known ones. */
  readonly federationCa?: string;
  /** Absent where nobody wants traces. */
  readonly tracing?: Tracing | undefined;
  /** Absent where the server is this process alone. */
  readonly company?: Company;
}

/** The whole of Ambit, put together. */
export interface Ambit {
  readonly app: App;
  /** Health and metrics, for the management listener. */
  readonly management: App;
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
  const { config, issuer, examiner, vault, log, clock, tracing, company } = ground;
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
      log.warn('metric not read', { metric, error });
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
  const auditKeys = createAuditKeys({ storage, vault, clock, newId, rotationSeconds });
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
  const verifier = createTokenVerifier(issuer);
  const inspector = createTokenInspector({
    issuer,
    verifier,
    snapshots,
    audit: storage.read.audit,
    clock,
  });

  const federation = createFederation({
    keys: createIssuerKeys({
      clock,
      fetchDocument: createFetchDocument({
        allowPrivate: config.federation.allowPrivate,
        ...present({ ca: ground.federationCa }),
      }),
    }),
  });

  const limits = createLimits({
    clientRequestsPerMinute: config.clientRequestsPerMinute,
    counting: company?.counting,
    quotas: storage.read.quotas,
    onQuota: (event) => {
      metrics.observeQuota(event);
    },
  });

  const readiness = createReadiness({
    async check() {
      const { catalog: active, revision } = await snapshots.current();
      return { catalogVersion: active.version, revision };
    },
    stall: () => storage.stall(),
    isDraining,
  });
  const recorder = createRecorder({
    log,
    async record(decision, used) {
      const { clientId, secretId } = used ?? {};
      await Promise.all([
        decisions.record(decision),
        clientId !== undefined &&
          secretId !== undefined &&
          storage.read.clients.touchSecret(clientId, secretId, decision.entry.time),
      ]);
    },
  });
  const endpoints = { issuer, vault, verifier, limits, snapshots, clock, recorder };
  const oidc = createOidc({
    ...endpoints,
    mtls: config.tls !== undefined,
    replays: storage.read.replays,
    federation,
    revoke: createRevokeOwnToken({ storage, clock, newId }),
    log,
    jwksMaxAgeSeconds: config.jwksMaxAgeSeconds,
  });
  const narrowPath = config.narrowPath ? createNarrowPath(endpoints) : undefined;
  const guard: Pick<EngineOptions, 'authenticate' | 'onError'> = {
    authenticate: authenticateAdmin({
      issuer,
      verifier,
      snapshots,
      replays: storage.read.replays,
      failures: limits.failures,
      clock,
    }),
    onError(error, ctx) {
      log.error('request failed', { request_id: requestOrigin(ctx).id, path: ctx.path, error });
    },
  };
  const adminApi = createAdminApi({
    ...guard,
    requests: limits.requests,
    services: {
      catalog,
      clients,
      revocations,
      access,
      reportActivity:
        company?.reportActivity ?? (async () => reportOf([activity.watched()], clock())),
      audit,
      checkpoints,
      verifyLog: createVerifyLog({ examiner, keys: storage.read.auditKeys, vault }),
      erasure: createErasure({ storage, changes }),
      keys,
      tokens: inspector,
      traces: createTraceService({
        audit: storage.read.audit,
        derivations: storage.read.derivations,
        catalogs: storage.read.catalog,
        snapshots,
        clock,
        issuer,
      }),
      snapshots,
      clock,
      issuer,
      serverVersion: SERVER_VERSION,
    },
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
  const watch = watchRequests({
    endpointOf: createEndpointNames({ ...ENDPOINTS, admin: ADMIN_API_PATH }),
    metrics,
    tracing,
  });
  const expose = company?.expose ?? (async () => writeExposition(await metrics.read()));
  const guarded = createMetricsEndpoint({
    expose,
    admit: createAdmit('ambit.metrics:read', { ...guard, requests: limits.requests, audit }),
  });
  const open = createMetricsEndpoint({ expose });
  const shell = { issuer, log, newId, trustProxy: config.trustProxy, watch };
  return {
    app: createApp({
      ...shell,
      ...present({ narrowPath }),
      parts: [createHealth(readiness), oidc, adminApi, guarded],
    }),
    management: createApp({
      ...shell,
      parts: [createHealth(company?.readiness ?? readiness), open],
    }),
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
