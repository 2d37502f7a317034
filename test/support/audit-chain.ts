import { CHAIN_START, linkDigest, personalDigest } from '../../packages/idp/src/audit/chain.ts';
import type { ChainHead } from '../../packages/idp/src/audit/chain.ts';
import { readStored } from './stored.ts';

/** What a log holds, as somebody finds it who may read the store. */
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

interface Head {
  readonly writer: number;
  /** PostgreSQL gives it as text. */
  readonly sequence: number | string;
  readonly digest: Buffer;
}

interface Row extends Head {
  readonly personal: string | null;
  readonly personal_digest: Buffer | null;
  readonly entry: string;
}

/** Reads the audit log of an installation and computes its chains again, without a part of the server in it. */
export async function examineLog(home: string): Promise<ExaminedLog> {
  const issued = new Set<string>();
  const requests = new Set<string>();
  const resumed: Record<string, unknown>[] = [];
  const broken: string[] = [];
  const rows = await readStored<Row>(
    home,
    'select writer, sequence, digest, personal, personal_digest, entry from audit_log order by writer, sequence',
  );
  const newest = new Map<number, ChainHead>();
  const newestOf = (writer: number): ChainHead =>
    newest.get(writer) ?? { sequence: 0, digest: CHAIN_START };
  for (const row of rows) {
    const { writer, digest, personal, personal_digest: hidden } = row;
    const [sequence, previous] = [Number(row.sequence), newestOf(writer)];
    const expected = linkDigest(previous.digest, { ...row, sequence, personalDigest: hidden });
    const place = `${String(sequence)} of writer ${String(writer)}`;
    if (sequence !== previous.sequence + 1) broken.push(`a gap before ${place}`);
    if (!digest.equals(expected)) broken.push(`the digest of ${place}`);
    if (personal !== null && !hidden?.equals(personalDigest(personal))) {
      broken.push(`what is personal of ${place}`);
    }
    newest.set(writer, { sequence, digest });
    const entry = JSON.parse(row.entry) as Readonly<Record<string, unknown>>;
    requests.add(String(entry['requestId']));
    if (entry['event'] === 'token.issued') issued.add(String(entry['jti']));
    if (entry['event'] === 'audit.resumed') resumed.push(entry);
  }
  const heads = await readStored<Head>(home, 'select writer, sequence, digest from audit_chains');
  for (const { writer, sequence, digest } of heads) {
    const last = newestOf(writer);
    if (Number(sequence) !== last.sequence || !digest.equals(last.digest)) {
      broken.push(`the head of writer ${String(writer)} is not its newest record`);
    }
  }
  const headless = [...newest.keys()].filter((writer) => !heads.some((it) => it.writer === writer));
  broken.push(...headless.map((writer) => `writer ${String(writer)} has no head`));
  return { records: rows.length, broken, issued, requests, resumed };
}
