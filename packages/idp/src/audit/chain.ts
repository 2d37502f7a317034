import { hash } from 'node:crypto';

/** How long every digest of the chain is: SHA-256. */
export const DIGEST_BYTES = 32;

/** What comes before the first record of a chain. */
export const CHAIN_START: Uint8Array = new Uint8Array(DIGEST_BYTES);

/** A digest as people see it. */
export const toHex = (digest: Uint8Array): string => Buffer.from(digest).toString('hex');

/** {@link CHAIN_START} in hex. */
export const CHAIN_START_HEX = toHex(CHAIN_START);

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
  const bytes = placeAndEntry(link);
  bytes.set(previous, PLACE_BYTES);
  bytes.set(link.personalDigest ?? CHAIN_START, PLACE_BYTES + DIGEST_BYTES);
  return sha256(bytes);
}

/** {@link linkDigest} with all digests in hex, in which they are read from a long log at half the cost. */
export function linkDigestHex(
  previous: string,
  link: Omit<Link, 'personalDigest'> & { readonly personalDigest: string | null },
): string {
  const bytes = placeAndEntry(link);
  bytes.write(previous, PLACE_BYTES, DIGEST_BYTES, 'hex');
  bytes.write(
    link.personalDigest ?? CHAIN_START_HEX,
    PLACE_BYTES + DIGEST_BYTES,
    DIGEST_BYTES,
    'hex',
  );
  return hash('sha256', bytes, 'hex');
}

function placeAndEntry({ writer, sequence, entry }: Omit<Link, 'personalDigest'>): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + Buffer.byteLength(entry));
  writeNumber(bytes, writer, 0);
  writeNumber(bytes, sequence, 8);
  bytes.write(entry, HEADER_BYTES);
  return bytes;
}

/** Writes a whole number as 8 bytes, the highest first. */
function writeNumber(bytes: Buffer, number: number, at: number): void {
  bytes.writeUInt32BE(Math.floor(number / 2 ** 32), at);
  bytes.writeUInt32BE(number % 2 ** 32, at + 4);
}

/** The digest of personal fields as they are kept: JSON with a salt, so that nobody can guess what was erased. */
export const personalDigest = (kept: string): Uint8Array => sha256(kept);

/** {@link personalDigest} in hex. */
export const personalDigestHex = (kept: string): string => hash('sha256', kept, 'hex');

/** By way of hex: asked for bytes, the runtime takes twice as long. */
const sha256 = (data: string | Buffer): Buffer => Buffer.from(hash('sha256', data, 'hex'), 'hex');
