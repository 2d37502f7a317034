import Database from 'better-sqlite3';
import { CHAIN_START, linkDigest, personalDigest } from '../../packages/idp/src/audit/chain.ts';
import type { Link } from '../../packages/idp/src/audit/chain.ts';

/** What a log holds, as somebody finds it who may read the file. */
export interface ExaminedLog {
  readonly records: number;
  /** Where the chain does not hold, in words; none where it is whole. */
  readonly broken: readonly string[];
  /** `jti` of every token whose issuance is on record. */
  readonly issued: ReadonlySet<string>;
  /** Requests that some record is of. */
  readonly requests: ReadonlySet<string>;
  /** The records that a stall was over. */
  readonly resumed: readonly Readonly<Record<string, unknown>>[];
}

interface Row extends Omit<Link, 'personalDigest'> {
  readonly digest: Buffer;
  readonly personal: string | null;
  readonly personal_digest: Buffer | null;
}

/** Reads the audit log of a database and computes its chain again, on a connection that cannot write. */
export function examineLog(path: string): ExaminedLog {
  const db = new Database(path, { readonly: true });
  try {
    const issued = new Set<string>();
    const requests = new Set<string>();
    const resumed: Record<string, unknown>[] = [];
    const broken: string[] = [];
    let previous: { readonly sequence: number; readonly digest: Uint8Array } = {
      sequence: 0,
      digest: CHAIN_START,
    };
    const rows = db.prepare<[], Row>(
      'select writer, sequence, digest, personal, personal_digest, entry from audit_log order by writer, sequence',
    );
    for (const row of rows.iterate()) {
      const digest = linkDigest(previous.digest, { ...row, personalDigest: row.personal_digest });
      if (row.sequence !== previous.sequence + 1) broken.push(`a gap before ${row.sequence}`);
      if (!row.digest.equals(digest)) broken.push(`the digest of ${row.sequence}`);
      if (row.personal !== null && !row.personal_digest?.equals(personalDigest(row.personal))) {
        broken.push(`what is personal of ${row.sequence}`);
      }
      previous = row;
      const entry = JSON.parse(row.entry) as Readonly<Record<string, unknown>>;
      requests.add(String(entry['requestId']));
      if (entry['event'] === 'token.issued') issued.add(String(entry['jti']));
      if (entry['event'] === 'audit.resumed') resumed.push(entry);
    }
    const head = db
      .prepare<[], { sequence: number; digest: Buffer }>('select * from audit_chains')
      .get();
    if (head?.sequence !== previous.sequence || !head.digest.equals(previous.digest)) {
      broken.push('the head is not the newest record');
    }
    return { records: previous.sequence, broken, issued, requests, resumed };
  } finally {
    db.close();
  }
}
