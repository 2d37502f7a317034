import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Client } from '../../packages/idp/src/clients/client.ts';
import { openStorage } from '../../packages/idp/src/store/open-storage.ts';
import { loadMasterKeyFile } from '../../packages/idp/src/vault/master-key.ts';
import { generateSecret } from '../../packages/idp/src/vault/secret.ts';
import { unlockVault } from '../../packages/idp/src/vault/unlock-vault.ts';
import type { Credentials } from '../load/requests.ts';
import { BENCH_ROLE } from './bench-catalog.ts';

/**
 * Puts clients into the store of a home whose server is stopped, in one transaction and with one record of the change
 * instead of one for each: registering 100,000 of them one by one would take longer than everything that is measured.
 */
export async function insertClients(directory: string, count: number): Promise<Credentials[]> {
  const opened = await openStorage({ url: `sqlite:${join(directory, 'ambit.db')}` });
  if (!opened.ok) throw new Error(opened.error.code);
  const { storage, close } = opened.value;
  try {
    const masterKey = loadMasterKeyFile(join(directory, 'master.key'));
    if (!masterKey.ok) throw new Error(masterKey.error.code);
    const vault = await unlockVault({ storage, clock: Date.now, masterKey: masterKey.value });
    if (!vault.ok) throw new Error(vault.error.code);
    const { hashSecret, keyId } = vault.value;

    const credentials = Array.from({ length: count }, (_, index) => ({
      clientId: `client-${String(index).padStart(6, '0')}`,
      clientSecret: generateSecret(),
    }));
    await storage.transaction(async (tx) => {
      const revision = await tx.revision.advance(['clients']);
      for (const { clientId, clientSecret } of credentials) {
        const secret = {
          id: randomUUID(),
          createdAt: Date.now(),
          keyId,
          hash: hashSecret(clientSecret),
        };
        await tx.clients.insert({ ...BLANK, clientId, secrets: [secret], revision });
      }
    });
    return credentials;
  } finally {
    await close();
  }
}

const BLANK: Client = {
  clientId: '',
  enabled: true,
  assignments: [{ role: BENCH_ROLE }],
  auth: 'secret',
  resourceServers: [],
  defaultScopes: [],
  scopePolicy: 'strict',
  secrets: [],
  createdAt: 0,
  updatedAt: 0,
  revision: 0,
};
