import type { AccessService } from '../access/access-service.ts';
import type { ActivityReport } from '../activity/activity.ts';
import type { AuditService } from '../audit/audit-service.ts';
import type { Checkpoints } from '../audit/checkpoints.ts';
import type { Erasure } from '../audit/erasure.ts';
import type { VerifyLog } from '../audit/verification/verify-log.ts';
import type { CatalogService } from '../catalog/catalog-service.ts';
import type { ClientService } from '../clients/client-service.ts';
import type { TraceService } from '../delegation/trace.ts';
import type { KeyService } from '../keys/key-service.ts';
import type { RevocationService } from '../revocation/revocation-service.ts';
import type { Snapshots } from '../snapshot/snapshot.ts';
import type { TokenInspector } from '../tokens/token-inspector.ts';

/** Everything the routes of the admin API speak to. */
export interface AdminServices {
  readonly catalog: CatalogService;
  readonly clients: ClientService;
  readonly revocations: RevocationService;
  readonly access: AccessService;
  /** Tells what this server has decided lately, in whichever of its processes. */
  readonly reportActivity: () => Promise<ActivityReport>;
  readonly audit: AuditService;
  readonly checkpoints: Pick<Checkpoints, 'make'>;
  readonly verifyLog: VerifyLog;
  readonly erasure: Erasure;
  readonly keys: Pick<KeyService, 'list' | 'rotate' | 'retire' | 'destroy'>;
  readonly tokens: TokenInspector;
  readonly traces: TraceService;
  readonly snapshots: Snapshots;
  readonly clock: () => number;
  readonly issuer: string;
  readonly serverVersion: string;
}
