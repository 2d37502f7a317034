import { present } from '@ambit/scope-catalog';
import type { Connection, Page } from '../connection.ts';
import { malformed } from '../problem.ts';
import type {
  PersonalMatch,
  WireAuditRecord,
  WireCheckpoint,
  WireVerification,
  WireVerificationProgress,
} from '../wire/audit.ts';

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

const READ = { needs: ['ambit.audit:read'] };

/** What is new in the log: those of each server in the order in which it wrote them. */
export interface AuditNews {
  readonly records: readonly WireAuditRecord[];
  readonly next: string;
}

interface NewsPage {
  readonly items: readonly WireAuditRecord[];
  readonly next: string;
}

/** How many records one answer may hold. */
const NEWS_AT_ONCE = 500;

/** The audit log. */
export const auditResource = (connection: Connection) => ({
  /** The place in the log from which on everything is news. */
  async position(): Promise<string> {
    return (await connection.request<NewsPage>('GET', '/audit/news', READ)).next;
  },

  /** Everything that was written after a place in the log, and the place to ask after next. */
  async news(query: Omit<AuditQuery, 'order'>, after: string): Promise<AuditNews> {
    const records: WireAuditRecord[] = [];
    for (let place = after; ;) {
      const { items, next } = await connection.request<NewsPage>('GET', '/audit/news', {
        ...READ,
        query: { ...query, after: place, limit: NEWS_AT_ONCE },
      });
      records.push(...items);
      if (items.length < NEWS_AT_ONCE) return { records, next };
      place = next;
    }
  },

  /** All matching records, or the first `most` of them. */
  list: (query: AuditQuery, most?: number): Promise<Page<WireAuditRecord>> =>
    connection.list('/audit', {
      ...READ,
      query: { ...query },
      ...present({ most }),
    }),

  find: (id: number): Promise<WireAuditRecord> =>
    connection.request('GET', `/audit/records/${String(id)}`, READ),

  /** Every matching record, oldest first, as it comes. */
  export: (query: Omit<AuditQuery, 'order'>): AsyncIterable<WireAuditRecord> =>
    connection.lines('GET', '/audit/export', { ...READ, query: { ...query } }),

  /** Signs what the log has come to. */
  checkpoint: (): Promise<WireCheckpoint> => connection.request('POST', '/audit/checkpoints', READ),

  /** Verifies the whole log, and holds it to checkpoints that were kept elsewhere: their signed statements. */
  async verify(
    checkpoints: readonly string[],
    onProgress: (progress: WireVerificationProgress) => void,
  ): Promise<WireVerification> {
    const steps = connection.lines<WireVerificationProgress | WireVerification>(
      'POST',
      '/audit/verifications',
      { ...READ, body: { checkpoints } },
    );
    for await (const step of steps) {
      if (step.step === 'done') return step;
      onProgress(step);
    }
    throw malformed(200, 'the server ended the verification without saying what it found');
  },

  /** Erases the personal fields of one person. */
  erase: (match: PersonalMatch): Promise<{ readonly records: number }> =>
    connection.request('POST', '/audit/erasures', { needs: ['ambit.audit:erase'], body: match }),
});
