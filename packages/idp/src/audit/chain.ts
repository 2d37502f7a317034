import { hash } from 'node:crypto';

/** How long every digest of the chain is: SHA-256. */
export const DIGEST_BYTES = 32;

/** What comes before the first record of a chain. */
export const CHAIN_START: Uint8Array = new Uint8Array(DIGEST_BYTES);

/** One record as the chain sees it: bytes, and nothing that has to be understood. */
export interface Link {
  readonly writer: number;
  /** 1, 2, 3 … within its writer. */
  readonly sequence: number;
  /** The record as it is kept, in JSON. */
  readonly entry: string;
  /** {@link personalDigest} of what is kept beside the record, if there is anything. */
  readonly personalDigest: Uint8Array | null;
}

/** The newest link of a writer. */
export interface ChainHead {
  readonly sequence: number;
  readonly digest: Uint8Array;
}

/** Bytes of the writer and the sequence, before the two digests. */
const PLACE_BYTES = 16;
const HEADER_BYTES = PLACE_BYTES + 2 * DIGEST_BYTES;

/**
 * The digest of a link: SHA-256 over its place, the digest of the one before, that of its personal fields (zeroes where
 * there are none) and the entry.
 *
 * So a record cannot be changed, moved, taken out or slipped in without every later digest being another. What is
 * personal counts by its digest, and can be erased.
 */
export function linkDigest(previous: Uint8Array, link: Link): Uint8Array {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + Buffer.byteLength(link.entry));
  bytes.writeBigUInt64BE(BigInt(link.writer), 0);
  bytes.writeBigUInt64BE(BigInt(link.sequence), 8);
  bytes.set(previous, PLACE_BYTES);
  bytes.set(link.personalDigest ?? CHAIN_START, PLACE_BYTES + DIGEST_BYTES);
  bytes.write(link.entry, HEADER_BYTES);
  return hash('sha256', bytes, 'buffer');
}

/** The digest of personal fields as they are kept: JSON with a salt, so that nobody can guess what was erased. */
export const personalDigest = (kept: string): Uint8Array => hash('sha256', kept, 'buffer');
