import { ok, present } from '@ambit/scope-catalog';
import { AUDIT_EVENTS } from '../../audit/events.ts';
import type { AuditEvent } from '../../audit/events.ts';
import type { AuditFilter, AuditPage } from '../../audit/ports.ts';
import type { AuditDecision, AuditRecord } from '../../audit/record.ts';
import { fromWirePosition, POSITION_PATTERN, toWirePosition } from '../audit-position.ts';
import { JTI_PATTERN, SCOPE } from '../inputs.ts';
import { closed, listOf, named, nonEmpty, TIME } from '../json-schema.ts';
import type { JsonSchema } from '../json-schema.ts';
import { decodeCursor, PAGE_QUERY, pageOf, toPage } from '../pagination.ts';
import type { PageQuery } from '../pagination.ts';
import { defineRoute, linesOf } from '../route.ts';
import { toWireAuditRecord } from '../wire/audit.ts';
import { fromTime } from '../wire/time.ts';

interface AuditFilterQuery {
  readonly client?: string;
  readonly subject?: string;
  readonly event?: AuditEvent;
  readonly decision?: AuditDecision;
  readonly jti?: string;
  readonly scope?: string;
  readonly request_id?: string;
  readonly since?: string;
  readonly until?: string;
}

interface AuditQuery extends PageQuery, AuditFilterQuery {
  readonly order: AuditPage['order'];
}

/** What narrows the log, in every route that reads it. */
const FILTER = {
  'client?': nonEmpty(64, 'the client a record is about'),
  'subject?': nonEmpty(64, 'the `sub` of the token a record is about'),
  'event?': { type: 'string', enum: Object.keys(AUDIT_EVENTS) },
  'decision?': { type: 'string', enum: ['granted', 'refused'] },
  'jti?': { type: 'string', pattern: JTI_PATTERN },
  'scope?': SCOPE,
  'request_id?': nonEmpty(128),
  'since?': TIME,
  'until?': TIME,
} as const satisfies Readonly<Record<string, JsonSchema>>;

/** Reading the audit log. */
export const auditRoutes = [
  defineRoute<object, AuditQuery>()({
    method: 'GET',
    path: '/audit',
    summary: 'List records of the audit log by time, newest first unless `order` says otherwise',
    scope: 'ambit.audit:read',
    query: closed({
      ...PAGE_QUERY,
      ...FILTER,
      'order?': {
        type: 'string',
        enum: ['oldest-first', 'newest-first'],
        default: 'newest-first',
      },
    }),
    answers: { 200: { description: 'a page of records', schema: pageOf(named('AuditRecord')) } },
    async handle({ query }, { audit }) {
      const from = decodeCursor(query.cursor, 'audit');
      if (!from.ok) return from;
      const { limit, order } = query;
      const page = await audit.list(toFilter(query), {
        limit: limit + 1,
        order,
        ...present({ from: from.value }),
      });
      return ok({
        status: 200,
        body: toPage(page, limit, ({ time, id }) => ({ time, id }), toWireAuditRecord),
      });
    },
  }),
  defineRoute<object, Omit<AuditQuery, 'cursor' | 'order'> & { readonly after?: string }>()({
    method: 'GET',
    path: '/audit/news',
    summary: 'List what was written after a place in the log, in the order of writing',
    scope: 'ambit.audit:read',
    query: closed({
      'limit?': PAGE_QUERY['limit?'],
      ...FILTER,
      'after?': {
        type: 'string',
        pattern: POSITION_PATTERN,
        description:
          '`next` of the answer before; 0 for the beginning, nothing for what comes from now on',
      },
    }),
    answers: {
      200: {
        description: 'records, and `after` of the next question',
        schema: closed({ items: listOf(named('AuditRecord')), next: { type: 'string' } }),
      },
    },
    async handle({ query }, { audit }) {
      const { records, position } =
        query.after === undefined
          ? { records: [], position: await audit.position() }
          : await audit.listAfter(toFilter(query), fromWirePosition(query.after), query.limit);
      return ok({
        status: 200,
        body: { items: records.map(toWireAuditRecord), next: toWirePosition(position) },
      });
    },
  }),
  defineRoute<{ readonly id: string }>()({
    method: 'GET',
    path: '/audit/records/{id}',
    summary: 'Show one record',
    scope: 'ambit.audit:read',
    params: closed({ id: { type: 'string', pattern: '^[1-9][0-9]{0,14}$' } }),
    answers: { 200: { description: 'the record', schema: named('AuditRecord') } },
    problems: ['audit.not_found'],
    async handle({ params }, { audit }) {
      const record = await audit.find(Number(params.id));
      return record.ok ? ok({ status: 200, body: toWireAuditRecord(record.value) }) : record;
    },
  }),
  defineRoute<object, AuditFilterQuery>()({
    method: 'GET',
    path: '/audit/export',
    summary: 'Read every record that matches, oldest first, as a stream of lines',
    scope: 'ambit.audit:read',
    query: closed(FILTER),
    answers: { 200: { description: 'records', schema: named('AuditRecord'), lines: true } },
    async handle({ query }, { audit }) {
      const toLines = (records: readonly AuditRecord[]) => records.map(toWireAuditRecord);
      return ok({ status: 200, lines: linesOf(audit.read(toFilter(query)), toLines) });
    },
  }),
];

const toFilter = (query: AuditFilterQuery): AuditFilter => ({
  ...present({
    client: query.client,
    subject: query.subject,
    event: query.event,
    decision: query.decision,
    jti: query.jti,
    scope: query.scope,
    requestId: query.request_id,
  }),
  ...(query.since === undefined ? {} : { since: fromTime(query.since) }),
  ...(query.until === undefined ? {} : { until: fromTime(query.until) }),
});
