import { ok, present } from '@ambit/scope-catalog';
import { AUDIT_EVENTS } from '../../audit/events.ts';
import type { AuditEvent } from '../../audit/events.ts';
import type { AuditFilter, AuditPage } from '../../audit/ports.ts';
import type { AuditDecision } from '../../audit/record.ts';
import { JTI_PATTERN, SCOPE } from '../inputs.ts';
import { closed, named, nonEmpty, TIME } from '../json-schema.ts';
import { decodeCursor, PAGE_QUERY, pageOf, toPage } from '../pagination.ts';
import type { PageQuery } from '../pagination.ts';
import { defineRoute } from '../route.ts';
import { toWireAuditRecord } from '../wire/audit.ts';
import { fromTime } from '../wire/time.ts';

interface AuditQuery extends PageQuery {
  readonly client?: string;
  readonly event?: AuditEvent;
  readonly decision?: AuditDecision;
  readonly jti?: string;
  readonly scope?: string;
  readonly request_id?: string;
  readonly since?: string;
  readonly until?: string;
  readonly after?: number;
  readonly order: AuditPage['order'];
}

/** The audit log. */
export const auditRoutes = [
  defineRoute<object, AuditQuery>()({
    method: 'GET',
    path: '/audit',
    summary: 'List records of the audit log, newest first unless `order` says otherwise',
    scope: 'ambit.audit:read',
    query: closed({
      ...PAGE_QUERY,
      'client?': nonEmpty(64, 'the client a record is about'),
      'event?': { type: 'string', enum: Object.keys(AUDIT_EVENTS) },
      'decision?': { type: 'string', enum: ['granted', 'refused'] },
      'jti?': { type: 'string', pattern: JTI_PATTERN },
      'scope?': SCOPE,
      'request_id?': nonEmpty(128),
      'since?': TIME,
      'until?': TIME,
      'after?': {
        type: 'integer',
        minimum: 0,
        description: 'only records with a greater `id`',
      },
      'order?': {
        type: 'string',
        enum: ['oldest-first', 'newest-first'],
        default: 'newest-first',
      },
    }),
    answers: { 200: { description: 'a page of records', schema: pageOf(named('AuditRecord')) } },
    async handle({ query }, { audit }) {
      const from = decodeCursor(query.cursor, 'number');
      if (!from.ok) return from;
      const { limit } = query;
      const page = await audit.list(toFilter(query), {
        ...toBounds(query, from.value),
        limit: limit + 1,
        order: query.order,
      });
      return ok({ status: 200, body: toPage(page, limit, ({ id }) => id, toWireAuditRecord) });
    },
  }),
];

const toFilter = (query: AuditQuery): AuditFilter => ({
  ...present({
    client: query.client,
    event: query.event,
    decision: query.decision,
    jti: query.jti,
    scope: query.scope,
    requestId: query.request_id,
  }),
  ...(query.since === undefined ? {} : { since: fromTime(query.since) }),
  ...(query.until === undefined ? {} : { until: fromTime(query.until) }),
});

/** Where a page lies: after what the caller has seen, and from the cursor on in the order asked for. */
function toBounds(
  { after, order }: AuditQuery,
  cursor: number | undefined,
): Pick<AuditPage, 'after' | 'before'> {
  if (order === 'oldest-first') {
    const first = cursor ?? after;
    return first === undefined ? {} : { after: first };
  }
  return {
    ...present({ after, before: cursor }),
  };
}
