import { present } from '@ambit/scope-catalog';
import type { LogFinding, RecordFinding } from '../../audit/verification/findings.ts';
import type { VerificationStep } from '../../audit/verification/examine-log.ts';
import { toTime } from './time.ts';

type Code = LogFinding['code'];
type Words = {
  readonly [C in Code]: (finding: Extract<LogFinding, { readonly code: C }>) => string;
};

const record = ({ id, writer, sequence }: RecordFinding): string =>
  `record ${String(id ?? sequence)}${writer === 1 ? '' : ` of writer ${String(writer)}`}`;

/** What each finding says, in a sentence. */
const WORDS: Words = {
  'record.altered': (found) =>
    `${record(found)} was altered: its digest is not that of what it holds`,
  'record.missing': (found) => `${record(found)} is missing`,
  'record.inserted': (found) =>
    `${record(found)} was inserted: its place, ${String(found.sequence)}, was another's`,
  'record.out_of_order': (found) =>
    `the record of place ${String(found.sequence)} is out of order: it stands at id ${String(found.id)}`,
  'record.column_altered': (found) =>
    `the column \`${found.column}\` of ${record(found)} was altered: the record itself says otherwise`,
  'record.personal_altered': (found) =>
    `the personal fields of ${record(found)} were altered: the record has another digest for them`,
  'record.personal_kept': (found) =>
    `the personal fields of ${record(found)} are there, though all of its age are noted as erased`,
  'record.unindexed': (found) =>
    `the index was altered: it does not lead to ${record(found)} by \`${found.word}\``,
  'record.misindexed': (found) =>
    `the index was altered: it leads to ${record(found)} by \`${found.word}\`, which is not in it`,
  'index.stray': ({ word, record: id }) =>
    `the index was altered: by \`${word}\` it leads to record ${id}, which is not there`,
  'chain.truncated': ({ sequence, until, checkpoint }) =>
    `the log was truncated: ${
      checkpoint === undefined ? 'its head tells' : `checkpoint ${String(checkpoint)} tells`
    } of ${String(until)} records, and it ends with ${String(sequence - 1)}`,
  'chain.head_altered': ({ sequence }) =>
    `the head does not match: it is not that of the last record, ${String(sequence)}`,
  'chain.lost': ({ writer }) => `the head of writer ${String(writer)} is missing`,
  'chain.unknown': ({ writer }) => `there is a head of writer ${String(writer)}, who never wrote`,
  'checkpoint.mismatch': ({ checkpoint, sequence, since }) =>
    `checkpoint ${String(checkpoint)} does not match: record ${String(sequence)} is not the one that was signed${
      since === undefined
        ? ''
        : `; what was altered comes after record ${String(since)}, which still is`
    }`,
  'checkpoint.missing': ({ checkpoint, kid }) =>
    `checkpoint ${String(checkpoint)} is missing${
      kid === undefined ? '' : `, which the audit key \`${kid}\` signed when it was introduced`
    }`,
  'checkpoint.altered': ({ checkpoint }) =>
    `checkpoint ${String(checkpoint)} was altered: it is not the one that was signed under this number`,
  'checkpoint.bad_signature': ({ checkpoint, kid }) =>
    `the signature of checkpoint ${String(checkpoint)} is wrong: the key \`${kid}\` did not make it`,
  'checkpoint.unknown_key': ({ checkpoint, kid }) =>
    `checkpoint ${String(checkpoint)} is signed by \`${kid}\`, which is no key of this log`,
  'checkpoint.backwards': ({ checkpoint }) =>
    `checkpoint ${String(checkpoint)} states less than the one before it`,
  'checkpoint.unreadable': ({ given }) =>
    `what was given as number ${String(given + 1)} is no checkpoint`,
  'key.unreadable': () => 'a key in the table `audit_keys` was altered: it cannot be read',
  'key.missing': ({ key, kid }) =>
    `audit key ${String(key)} is missing${
      kid === undefined ? '' : `: a record introduces it as \`${kid}\``
    }`,
  'key.forged': ({ key, kid }) =>
    `audit key ${String(key)} (\`${kid}\`) was altered or slipped in: this server did not put it there`,
  'key.unrecorded': ({ key, kid }) =>
    `the record that introduces audit key ${String(key)} (\`${kid}\`) is missing`,
  'key.not_introduced': ({ key, kid }) =>
    `audit key ${String(key)} (\`${kid}\`) was not introduced by the one before it`,
  'key.unusable': ({ key, kid }) =>
    `the private half of audit key ${String(key)} (\`${kid}\`) was altered: it cannot sign`,
};

/** A finding in words, with the members that name its place. */
export function toWireFinding(finding: LogFinding): object {
  const words = WORDS[finding.code] as (found: LogFinding) => string;
  const { id, writer, sequence, checkpoint, kid } = finding as Partial<Record<string, unknown>>;
  return {
    code: finding.code,
    message: words(finding),
    ...present({ id, writer, sequence, checkpoint, kid }),
  };
}

/** A step of a verification. */
export function toWireStep(step: VerificationStep): object {
  if (step.kind === 'progress') {
    return { step: 'progress', checked: step.checked, total: step.total };
  }
  const { count, newest, given } = step.checkpoints;
  return {
    step: 'done',
    whole: step.whole,
    records: step.records,
    chains: step.chains,
    personal_erased: step.erased,
    checkpoints: {
      count,
      ...(newest && { newest: { number: newest.number, time: toTime(newest.issuedAt * 1000) } }),
      given,
    },
    broken: step.broken,
    findings: step.findings.map(toWireFinding),
  };
}
