import { openPrivateKey } from '../../keys/sealed-key.ts';
import type { Vault } from '../../vault/vault.ts';
import { isIntroduced, isStamped } from '../audit-key.ts';
import { createPublicKey } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';
import type { AuditKeyRecord } from '../ports.ts';
import type { ProofFinding } from './findings.ts';
import type { TrustedKey } from './ports.ts';

/** Which of the stored keys are genuine, and what is wrong with the others. */
export interface KeysResult {
  readonly trusted: readonly TrustedKey[];
  readonly findings: readonly ProofFinding[];
}

/**
 * Tells which keys this server has put into the store: those that bear its stamp, follow one another without a gap and were
 * each introduced by the one before. The newest must be able to sign, and no other may have a private half.
 */
export async function checkKeys(
  keys: readonly AuditKeyRecord[],
  vault: Pick<Vault, 'open' | 'isStamp'>,
): Promise<KeysResult> {
  const trusted: TrustedKey[] = [];
  const findings: ProofFinding[] = [];
  for (const [index, key] of keys.entries()) {
    const { number, kid, publicJwk } = key;
    const before = keys[index - 1];
    if (number !== (before?.number ?? 0) + 1) {
      findings.push({ code: 'key.missing', key: (before?.number ?? 0) + 1 });
    }
    const isNewest = index === keys.length - 1;
    if (!isStamped(key, vault) || (!isNewest && key.privateJwk !== undefined)) {
      findings.push({ code: 'key.forged', key: number, kid });
      continue;
    }
    trusted.push({ number, kid, publicJwk });
    if (before?.number === number - 1 && !(await isIntroduced(key, before))) {
      findings.push({ code: 'key.not_introduced', key: number, kid });
    }
    if (isNewest && !canSign(key, vault)) {
      findings.push({ code: 'key.unusable', key: number, kid });
    }
  }
  return { trusted, findings };
}

/** Whether the private half opens and belongs to the public one. */
function canSign(
  { kid, publicJwk, privateJwk }: AuditKeyRecord,
  vault: Pick<Vault, 'open'>,
): boolean {
  try {
    if (privateJwk === undefined) return false;
    const privateKey = openPrivateKey(vault, 'audit-key', kid, privateJwk);
    const publicKey = createPublicKey({ key: publicJwk as JsonWebKey, format: 'jwk' });
    return createPublicKey(privateKey).equals(publicKey);
  } catch {
    return false;
  }
}
