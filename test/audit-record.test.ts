import { describe, expect, test } from '@jest/globals';
import { writeAuditCsv } from '../packages/admin-cli/src/output/audit-csv.ts';
import { toWireAuditRecord } from '../packages/idp/src/admin-api/wire/audit.ts';
import type { AuditRecord } from '../packages/idp/src/audit/record.ts';
import type { WireAuditRecord } from '../packages/sdk/src/wire/audit.ts';

/** A record that says everything a record can say, each in a word of its own. */
const WHOLE: Required<AuditRecord> = {
  id: 4_001,
  link: { writer: 4_002, sequence: 4_003, digest: 'the-digest' },
  time: Date.parse('2026-11-22T11:59:00Z'),
  event: 'token.refused',
  decision: 'refused',
  requestId: 'the-request',
  traceId: 'the-trace',
  durationMicros: 4_004,
  personal: { address: 'the-address', externalSubject: 'the-external-subject' },
  actor: 'the-actor',
  subject: 'the-subject',
  client: 'the-client',
  resourceServer: 'the-server',
  audience: 'the-audience',
  requestedScopes: ['the-requested:scope'],
  grantedScopes: ['the-granted:scope'],
  refusedScopes: [{ scope: 'the-refused:scope', reason: 'not_entitled', hint: 'the-hint' }],
  catalogVersion: 4_005,
  revision: 4_006,
  jti: 'the-jti',
  parentJti: 'the-parent',
  actors: ['the-first-actor'],
  grantedBy: [{ scope: 'the-carried:scope', by: 'rule', rule: 4_007 }],
  externalIssuer: 'the-external-issuer',
  federation: { issuer: 'the-federation', rule: 'the-rule' },
  expiresAt: 4_008,
  kid: 'the-key',
  target: { kind: 'client', id: 'the-target' },
  before: { note: 'the-before' },
  after: { note: 'the-after' },
  counted: {
    refusals: 4_009,
    since: Date.parse('2026-11-22T11:58:00Z'),
    reasons: { 'the-counted-reason': 4_010 },
  },
  reason: 'the-reason',
  detail: 'the-detail',
  personalErased: true,
};

/** Every text and number of a value, times as they go over the wire. */
function wordsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [String(value)];
  return Object.entries(value).flatMap(([name, member]) =>
    ['time', 'since'].includes(name)
      ? [new Date(Number(member)).toISOString().slice(0, 19)]
      : wordsOf(member),
  );
}

describe('whatever a record says', () => {
  const wire = toWireAuditRecord(WHOLE) as WireAuditRecord;

  test.each(Object.entries(WHOLE))('its %s is told by the admin API', (name, member) => {
    const told = JSON.stringify(wire);
    for (const word of wordsOf({ [name]: member })) expect(told).toContain(word);
  });

  test.each(Object.entries(WHOLE))('its %s is in an export as CSV', (name, member) => {
    const told = writeAuditCsv(wire);
    for (const word of wordsOf({ [name]: member })) expect(told).toContain(word);
  });
});
