import type { AccessService } from '../access/access-service.ts';
import type { AuditService } from '../audit/audit-service.ts';
import type { Checkpoints } from '../audit/checkpoints.ts';
import type { DecisionLog } from '../audit/decision-log.ts';
import type { Changes } from '../change.ts';
import type { RevocationService } from '../revocation/revocation-service.ts';
import type { KeptSnapshots } from '../snapshot/snapshot.ts';
import type { Ground } from './ground.ts';
import { present } from '@ambit/scope-catalog';
import { createAdmit } from '../admin-api/admit.ts';
import { authenticateAdmin } from '../admin-api/authenticate-admin.ts';
import { createAdminApi } from '../admin-api/create-admin-api.ts';
import { reportOf } from '../activity/activity.ts';
import type { Activity } from '../activity/activity.ts';
import type { EngineOptions } from '../admin-api/engine.ts';
import { ADMIN_API_PATH } from '../admin-api/routes.ts';
import { createErasure } from '../audit/erasure.ts';
import { createVerifyLog } from '../audit/verification/verify-log.ts';
import type { CatalogService } from '../catalog/catalog-service.ts';
import type { ClientService } from '../clients/client-service.ts';
import { createTraceService } from '../delegation/trace.ts';
import { createFederation } from '../federation/federation.ts';
import { createFetchDocument } from '../federation/fetch-document.ts';
import { createIssuerKeys } from '../federation/issuer-keys.ts';
import type { KeyService } from '../keys/key-service.ts';
import { createLimits } from '../limits/limits.ts';
import type { Metrics } from '../metrics/create-metrics.ts';
import { writeExposition } from '../metrics/registry.ts';
import { createNarrowPath } from '../narrow/narrow-path.ts';
import { ENDPOINTS } from '../oauth/endpoints.ts';
import { createRecorder } from '../oauth/recorder.ts';
import { createOidc } from '../oidc/oidc-middleware.ts';
import { createRevokeOwnToken } from '../revocation/revoke-own-token.ts';
import type { Storage } from '../storage.ts';
import { createTokenInspector } from '../tokens/token-inspector.ts';
import { createTokenVerifier } from '../tokens/token-verifier.ts';
import { SERVER_VERSION } from '../version.ts';
import { createApp } from '../web/create-app.ts';
import type { App } from '../web/create-app.ts';
import { createEndpointNames } from '../web/endpoint-names.ts';
import { requestOrigin } from '../web/request-origin.ts';
import { createHealth } from '../web/health.ts';
import type { Readiness } from '../web/health.ts';
import { createMetricsEndpoint } from '../web/metrics-endpoint.ts';
import { watchRequests } from '../web/watch-requests.ts';

/** The services of the house, as far as edges call them. */
export interface Services {
  readonly storage: Storage;
  readonly newId: () => string;
  readonly snapshots: KeptSnapshots;
  readonly metrics: Metrics;
  readonly activity: Activity;
  readonly decisions: DecisionLog;
  readonly keys: KeyService;
  readonly catalog: CatalogService;
  readonly clients: ClientService;
  readonly revocations: RevocationService;
  readonly access: AccessService;
  readonly audit: AuditService;
  readonly checkpoints: Checkpoints;
  readonly changes: Changes;
  /** Whether this process can do its work. */
  readonly readiness: () => Promise<Readiness>;
}

/** What requests come in by. */
export interface Edges {
  readonly app: App;
  /** Health and metrics, for the management listener. */
  readonly management: App;
}

/** Makes the edges of the house over its services: the OAuth endpoints on both roads, the admin API, health and metrics. */
export function composeEdges(ground: Ground, services: Services): Edges {
  const { config, issuer, examiner, vault, log, clock, tracing, company } = ground;
  const { storage, newId, snapshots, metrics, activity, decisions, keys, catalog, clients } =
    services;
  const { revocations, access, audit, checkpoints, changes, readiness } = services;
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
      traces: createTraceService({ read: storage.read, snapshots, clock, issuer }),
      snapshots,
      clock,
      issuer,
      serverVersion: SERVER_VERSION,
    },
  });

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
  };
}
