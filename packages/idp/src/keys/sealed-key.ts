import { createPrivateKey } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import type { Sealer } from '../vault/vault.ts';

/** What a private key signs: tokens, or checkpoints of the audit log. A seal opens for its own use alone. */
export type KeyUse = 'signing-key' | 'audit-key';

const contextOf = (use: KeyUse, kid: string): string => `${use}:${kid}`;

/** Seals a private JWK for keeping; it opens under its own kid alone. */
export const sealPrivateJwk = (
  sealer: Pick<Sealer, 'seal'>,
  use: KeyUse,
  kid: string,
  privateJwk: Readonly<Record<string, unknown>>,
): Uint8Array => sealer.seal(Buffer.from(JSON.stringify(privateJwk), 'utf8'), contextOf(use, kid));

/** Opens a sealed private JWK into a key that signs. */
export function openPrivateKey(
  sealer: Pick<Sealer, 'open'>,
  use: KeyUse,
  kid: string,
  sealed: Uint8Array,
): KeyObject {
  const text = Buffer.from(sealer.open(sealed, contextOf(use, kid))).toString('utf8');
  return createPrivateKey({ key: JSON.parse(text) as JsonWebKey, format: 'jwk' });
}

/** Seals a private JWK anew under another master key. */
export const resealPrivateJwk = (
  from: Pick<Sealer, 'open'>,
  to: Pick<Sealer, 'seal'>,
  use: KeyUse,
  kid: string,
  sealed: Uint8Array,
): Uint8Array => to.seal(from.open(sealed, contextOf(use, kid)), contextOf(use, kid));
