import { present } from '@ambit/scope-catalog';
import type { Connection, Page } from '../connection.ts';
import type { WireAuditRecord } from '../wire/governance.ts';

/** Which audit records; every field narrows. Times are RFC 3339. */
export interface AuditQuery {
  readonly client?: string;
  readonly event?: string;
  readonly decision?: string;
  readonly jti?: string;
  readonly scope?: string;
  readonly request_id?: string;
  readonly since?: string;
  readonly until?: string;
  /** Only records with a greater id. */
  readonly after?: number;
  readonly order?: 'oldest-first' | 'newest-first';
}

/** The audit log. */
export const auditResource = (connection: Connection) => ({
  /** All matching records, or the first `most` of them. */
  list: (query: AuditQuery, most?: number): Promise<Page<WireAuditRecord>> =>
    connection.list('/audit', {
      needs: ['ambit.audit:read'],
      query: { ...query },
      ...present({ most }),
    }),
});
