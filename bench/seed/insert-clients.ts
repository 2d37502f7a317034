import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Client } from '../../packages/idp/src/clients/client.ts';
import { openStorage } from '../../packages/idp/src/store/open-storage.ts';
import { loadMasterKeyFile } from '../../packages/idp/src/vault/master-key.ts';
import { generateSecret } from '../../packages/idp/src/vault/secret.ts';
import { unlockVault } from '../../packages/idp/src/vault/unlock-vault.ts';
import type { Credentials } from '../load/requests.ts';

/** A client to be, with what it has beside a secret. */
export type SeedClient = Pick<Client, 'clientId' | 'assignments'> &
  Partial<Pick<Client, 'auth' | 'federatedIssuer' | 'resourceServers'>>;

/**
 * Puts clients into the store of a home whose server is stopped, in one transaction and with one record of the change
 * instead of one for each: registering 100,000 of them one by one would take longer than everything that is measured.
 * Gives the secrets of those that authenticate.
 */
export async function insertClients(
  directory: string,
  clients: readonly SeedClient[],
  url = `sqlite:${join(directory, 'ambit.db')}`,
): Promise<Credentials[]> {
  const opened = await openStorage({ url });
  if (!opened.ok) throw new Error(opened.error.code);
  const { storage, close } = opened.value;
  try {
    const masterKey = loadMasterKeyFile(join(directory, 'master.key'));
    if (!masterKey.ok) throw new Error(masterKey.error.code);
    const vault = await unlockVault({ storage, clock: Date.now, masterKey: masterKey.value });
    if (!vault.ok) throw new Error(vault.error.code);
    const { hashSecret, keyId } = vault.value;

    const credentials: Credentials[] = [];
    await storage.transaction(async (tx) => {
      const revision = await tx.revision.advance(['clients']);
      for (const client of clients) {
        const secrets = [];
        if (client.auth !== 'none') {
          const clientSecret = generateSecret();
          const hash = hashSecret(clientSecret);
          credentials.push({ clientId: client.clientId, clientSecret });
          secrets.push({ id: randomUUID(), createdAt: Date.now(), keyId, hash });
        }
        await tx.clients.insert({ ...BLANK, ...client, secrets, revision });
      }
    });
    return credentials;
  } finally {
    await close();
  }
}

const BLANK = {
  enabled: true,
  auth: 'secret',
  resourceServers: [],
  defaultScopes: [],
  scopePolicy: 'strict',
  createdAt: 0,
  updatedAt: 0,
} satisfies Partial<Client>;
