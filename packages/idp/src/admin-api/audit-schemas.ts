import { BOOLEAN, closed, INTEGER, listOf, named, STRING, TIME } from './json-schema.ts';
import type { JsonSchema } from './json-schema.ts';

/** A place in a chain of the audit log. */
const place = { sequence: INTEGER, digest: STRING } as const;

/** What the admin API answers about the audit log and the decisions of late, by name. */
export const AUDIT_SCHEMAS = {
  Activity: closed({
    since: { ...TIME, description: 'a quarter of an hour ago, or when the server started' },
    until: TIME,
    granted: { ...listOf(named('Counted')), description: 'by event, most frequent first' },
    refused: { ...listOf(named('Counted')), description: 'by event, most frequent first' },
    issued_by_minute: { ...listOf(INTEGER), description: 'tokens, the oldest minute first' },
    reasons: { ...listOf(named('Counted')), description: 'why requests were refused' },
    clients: {
      ...listOf(named('Counted')),
      description:
        'which clients asked for most decisions, granted and refused, once they had proved who they are',
    },
    slowest: listOf(
      closed({
        request_id: STRING,
        time: TIME,
        event: STRING,
        'client?': STRING,
        duration_micros: INTEGER,
      }),
    ),
  }),
  Counted: closed({ name: STRING, count: INTEGER }),
  AuditRecord: {
    type: 'object',
    properties: {
      id: INTEGER,
      writer: INTEGER,
      sequence: { type: 'integer', description: 'its place in the chain of its writer' },
      digest: { type: 'string', description: 'SHA-256 in hex: what a checkpoint names it by' },
      time: TIME,
      event: STRING,
      decision: { type: 'string', enum: ['granted', 'refused'] },
      request_id: STRING,
    },
    required: [
      ...['id', 'writer', 'sequence', 'digest'],
      ...['time', 'event', 'decision', 'request_id'],
    ],
  },
  Checkpoint: closed({
    number: INTEGER,
    time: TIME,
    chains: listOf(closed({ ...place, writer: INTEGER, 'base?': closed(place) })),
    checkpoint: { type: 'string', description: 'the signed statement (compact JWS)' },
    jwk: { type: 'object', description: 'the public key that verifies it' },
  }),
  VerificationStep: {
    oneOf: [
      closed({ step: { const: 'progress' }, checked: INTEGER, total: INTEGER }),
      closed({
        step: { const: 'done' },
        whole: BOOLEAN,
        records: INTEGER,
        chains: listOf(closed({ writer: INTEGER, from: INTEGER, to: INTEGER })),
        personal_erased: {
          type: 'integer',
          description: 'records whose personal fields have been erased',
        },
        checkpoints: closed({
          count: INTEGER,
          'newest?': closed({ number: INTEGER, time: TIME }),
          given: listOf(
            closed({
              'number?': INTEGER,
              held: { type: 'string', enum: ['whole', 'broken', 'dropped'] },
            }),
          ),
        }),
        broken: {
          type: 'integer',
          description: 'how much is broken; the first of it is in `findings`',
        },
        findings: listOf(
          closed({
            code: STRING,
            message: STRING,
            'id?': INTEGER,
            'writer?': INTEGER,
            'sequence?': INTEGER,
            'checkpoint?': INTEGER,
            'kid?': STRING,
          }),
        ),
      }),
    ],
  },
  Erasure: closed({
    records: { type: 'integer', description: 'how many held what was to be erased' },
  }),
} as const satisfies Readonly<Record<string, JsonSchema>>;
