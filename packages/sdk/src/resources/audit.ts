import { present } from '@ambit/scope-catalog';
import type { Connection, Page } from '../connection.ts';
import type { WireAuditRecord } from '../wire/governance.ts';

/** Which audit records; every field narrows. Times are RFC 3339. */
export interface AuditQuery {
  readonly client?: string;
  readonly subject?: string;
  readonly event?: string;
  readonly decision?: string;
  readonly jti?: string;
  readonly scope?: string;
  readonly request_id?: string;
  readonly since?: string;
  readonly until?: string;
  readonly order?: 'oldest-first' | 'newest-first';
}

/** How many records one answer may hold. */
const NEWS_AT_ONCE = 500;

/** The audit log. */
export const auditResource = (connection: Connection) => ({
  /** Everything that was written after a record, in that order. */
  async news(query: Omit<AuditQuery, 'order'>, after: number): Promise<readonly WireAuditRecord[]> {
    const news: WireAuditRecord[] = [];
    for (;;) {
      const { items } = await connection.request<{ readonly items: readonly WireAuditRecord[] }>(
        'GET',
        '/audit/news',
        {
          needs: ['ambit.audit:read'],
          query: { ...query, after: news.at(-1)?.id ?? after, limit: NEWS_AT_ONCE },
        },
      );
      news.push(...items);
      if (items.length < NEWS_AT_ONCE) return news;
    }
  },
  /** All matching records, or the first `most` of them. */
  list: (query: AuditQuery, most?: number): Promise<Page<WireAuditRecord>> =>
    connection.list('/audit', {
      needs: ['ambit.audit:read'],
      query: { ...query },
      ...present({ most }),
    }),
});
