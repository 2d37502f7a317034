import { isLiveSecret } from '../clients/client.ts';
import type { ClientSecret } from '../clients/client.ts';
import type { Vault } from '../vault/vault.ts';

/** The live secret that was presented, by its keyed hash. Every one is compared, so that time does not tell which. */
export function matchSecret(
  secrets: readonly ClientSecret[],
  presented: string,
  vault: Pick<Vault, 'isSecret'>,
  now: number,
): ClientSecret | undefined {
  let match: ClientSecret | undefined;
  for (const secret of secrets) {
    const same = vault.isSecret(presented, secret.hash);
    if (same && isLiveSecret(secret, now)) match = secret;
  }
  return match;
}
