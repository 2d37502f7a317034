import { hash } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, CompactSign, compactVerify, importJWK } from 'jose';
import type { JWK } from 'jose';
import type { ChainPlace } from './ports.ts';

/** What a checkpoint says of one chain: its newest record, and the newest one that had been dropped by then. */
export interface StatedChain extends ChainPlace {
  readonly writer: number;
  /** Absent while the chain is kept from its first record on. */
  readonly base?: ChainPlace;
}

/** What a checkpoint states of the whole log at one moment. */
export interface CheckpointStatement {
  readonly issuer: string;
  /** Seconds since the epoch. */
  readonly issuedAt: number;
  /** 1, 2, 3 … without a gap. */
  readonly number: number;
  /** {@link statementDigest} of the checkpoint before; the first has none before it. */
  readonly previous?: string;
  /** The number of the oldest checkpoint that is kept. */
  readonly oldest: number;
  readonly chains: readonly StatedChain[];
}

/** A statement read from a JWS, which proves nothing until its signature is verified. */
export interface ReadCheckpoint extends CheckpointStatement {
  readonly kid: string;
}

/** `typ` of a checkpoint, so that it can be taken for nothing else (RFC 8725 §3.11). */
export const CHECKPOINT_TYPE = 'ambit-audit-checkpoint+jwt';

const ALG = 'EdDSA';

/** The digest by which a checkpoint names the one before it: SHA-256 of the compact JWS, in hex. */
export const statementDigest = (statement: string): string => hash('sha256', statement, 'hex');

/** Signs a statement as a compact JWS (RFC 7515 §7.1). */
export const signCheckpoint = (
  { issuer, issuedAt, number, previous, oldest, chains }: CheckpointStatement,
  signer: { readonly kid: string; readonly privateKey: KeyObject },
): Promise<string> =>
  signCompact(
    {
      iss: issuer,
      iat: issuedAt,
      number,
      previous,
      oldest,
      chains: chains.map(({ writer, sequence, digest, base }) => ({
        writer,
        sequence,
        digest,
        base,
      })),
    },
    CHECKPOINT_TYPE,
    signer,
  );

/** Signs a payload of a type of its own. */
export const signCompact = (
  payload: object,
  typ: string,
  { kid, privateKey }: { readonly kid: string; readonly privateKey: KeyObject },
): Promise<string> =>
  new CompactSign(Buffer.from(JSON.stringify(payload), 'utf8'))
    .setProtectedHeader({ alg: ALG, kid, typ })
    .sign(privateKey);

/** Whether a key has signed a compact JWS of a type. */
export async function isSignedBy(
  jws: string,
  typ: string,
  publicJwk: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  try {
    const key = await importJWK(publicJwk as JWK, ALG);
    const { protectedHeader } = await compactVerify(jws, key, { algorithms: [ALG] });
    return protectedHeader.typ === typ;
  } catch {
    return false;
  }
}

/** Whether a public key is the one of a `kid`, which is its thumbprint (RFC 7638 §3). */
export async function isNamed(
  publicJwk: Readonly<Record<string, unknown>>,
  kid: string,
): Promise<boolean> {
  try {
    return publicJwk['kid'] === kid && (await calculateJwkThumbprint(publicJwk as JWK)) === kid;
  } catch {
    return false;
  }
}

/** Reads what a checkpoint states; undefined where it is none. */
export function readCheckpoint(jws: string): ReadCheckpoint | undefined {
  const [header, payload] = partsOf(jws);
  if (header === undefined || payload === undefined) return undefined;
  const { kid, typ } = header;
  const { iss, iat, number, previous, oldest, chains } = payload;
  if (
    typ !== CHECKPOINT_TYPE ||
    typeof kid !== 'string' ||
    typeof iss !== 'string' ||
    ![iat, number, oldest].every(isWhole) ||
    !(previous === undefined || isDigest(previous)) ||
    !Array.isArray(chains) ||
    !chains.every(isStatedChain)
  ) {
    return undefined;
  }
  return {
    kid,
    issuer: iss,
    issuedAt: iat as number,
    number: number as number,
    ...(previous === undefined ? {} : { previous: previous as string }),
    oldest: oldest as number,
    chains: chains as readonly StatedChain[],
  };
}

type Members = Readonly<Record<string, unknown>>;

/** The header and the payload of a compact JWS, as far as they are JSON objects. */
export function partsOf(jws: string): readonly (Members | undefined)[] {
  const parts = jws.split('.');
  return parts.length === 3 ? parts.slice(0, 2).map(membersOf) : [];
}

function membersOf(part: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

const isWhole = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
const isDigest = (value: unknown): boolean =>
  typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

function isStatedChain(value: unknown): boolean {
  const { writer, base, ...place } = (value ?? {}) as Members;
  return isWhole(writer) && isPlace(place) && (base === undefined || isPlace(base));
}

function isPlace(value: unknown): boolean {
  const { sequence, digest } = (value ?? {}) as Members;
  return isWhole(sequence) && isDigest(digest);
}
