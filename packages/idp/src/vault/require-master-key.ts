import type { VaultStore } from './ports.ts';
import type { Sealer } from './vault.ts';

/** Throws in a server that has missed a rekey: it would seal what nobody can open after it. */
export async function requireMasterKey(
  vault: Pick<VaultStore, 'find'>,
  { masterKeyId }: Pick<Sealer, 'masterKeyId'>,
): Promise<void> {
  const kept = await vault.find();
  if (kept?.masterKeyId === masterKeyId) return;
  throw new Error('the master key was changed; restart with the new one');
}
