import { present } from '@ambit/scope-catalog';
import { sealPrivateJwk } from '../keys/sealed-key.ts';
import type { SigningKeyPair } from '../keys/signing-key-pair.ts';
import type { Vault } from '../vault/vault.ts';
import { isSignedBy, partsOf, signCompact } from './checkpoint.ts';
import type { AuditKeyRecord } from './ports.ts';

/** `typ` of the statement by which a key introduces the one after it. */
const INTRODUCTION_TYPE = 'ambit-audit-key+jwt';

/** A key that signs, ready for use. */
export interface AuditSigner {
  readonly number: number;
  readonly kid: string;
  readonly publicJwk: Readonly<Record<string, unknown>>;
  readonly privateKey: Parameters<typeof signCompact>[2]['privateKey'];
}

type PublicFacts = Omit<AuditKeyRecord, 'stamp' | 'privateJwk'>;

/** What the stamp of a key stands for: everything about it that never changes. */
const stamped = ({ number, kid, publicJwk, introduction, createdAt }: PublicFacts): string =>
  JSON.stringify([number, kid, publicJwk, introduction ?? null, createdAt]);

const STAMP = 'audit-key';

/** Whether this server put a key into the store: whoever has not the master key cannot make its stamp. */
export const isStamped = (key: AuditKeyRecord, vault: Pick<Vault, 'isStamp'>): boolean =>
  vault.isStamp(key.stamp, stamped(key), STAMP);

/** A new key as it is stored: the private half sealed, stamped, and introduced by the key before it. */
export async function makeAuditKey(
  pair: SigningKeyPair,
  vault: Pick<Vault, 'seal' | 'stamp'>,
  before: AuditSigner | undefined,
  now: number,
): Promise<AuditKeyRecord> {
  const { kid, publicJwk } = pair;
  const number = (before?.number ?? 0) + 1;
  const introduction =
    before &&
    (await signCompact({ number, iat: seconds(now), jwk: publicJwk }, INTRODUCTION_TYPE, before));
  const facts = { number, kid, publicJwk, ...present({ introduction }), createdAt: now };
  return {
    ...facts,
    stamp: vault.stamp(stamped(facts), STAMP),
    privateJwk: sealPrivateJwk(vault, 'audit-key', kid, pair.privateJwk),
  };
}

/** Whether a key was introduced by the one before it. */
export async function isIntroduced(key: AuditKeyRecord, before: AuditKeyRecord): Promise<boolean> {
  const { introduction, number, publicJwk } = key;
  if (introduction === undefined) return false;
  const [, payload] = partsOf(introduction);
  return (
    payload?.['number'] === number &&
    JSON.stringify(payload['jwk']) === JSON.stringify(publicJwk) &&
    (await isSignedBy(introduction, INTRODUCTION_TYPE, before.publicJwk))
  );
}

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);
