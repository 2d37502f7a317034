import { randomUUID } from 'node:crypto';
import { catalogDigest, EMPTY_DOCUMENT, entitledScopes } from '@ambit/scope-catalog';
import { createAccessService } from '../../src/access/access-service.ts';
import { systemActor } from '../../src/actor.ts';
import type { Actor } from '../../src/actor.ts';
import { createActivity, reportOf } from '../../src/activity/activity.ts';
import { createAuditKeys } from '../../src/audit/audit-keys.ts';
import { createAuditService } from '../../src/audit/audit-service.ts';
import { createCheckpoints } from '../../src/audit/checkpoints.ts';
import { createErasure } from '../../src/audit/erasure.ts';
import { createVerifyLog } from '../../src/audit/verification/verify-log.ts';
import { createCatalogService } from '../../src/catalog/catalog-service.ts';
import { createChanges } from '../../src/change.ts';
import { createClientService } from '../../src/clients/client-service.ts';
import { createTraceService } from '../../src/delegation/trace.ts';
import { createKeyRingDecoder } from '../../src/keys/decode-key-ring.ts';
import { createKeyService } from '../../src/keys/key-service.ts';
import { generateSigningKeyPair } from '../../src/keys/signing-key-pair.ts';
import { createRevocationService } from '../../src/revocation/revocation-service.ts';
import { createSnapshots } from '../../src/snapshot/create-snapshots.ts';
import type { Storage, Urgency } from '../../src/storage.ts';
import { generateSecret } from '../../src/vault/secret.ts';
import { sealHashKey } from '../../src/vault/unlock-vault.ts';
import { createVault, generateKey } from '../../src/vault/vault.ts';
import { SHOP } from './shop-catalog.ts';
import { createTemporaryStore } from './temporary-store.ts';
import type { TemporaryStore } from './temporary-store.ts';

export const ISSUER = 'http://localhost:3000';
export const START = Date.UTC(2026, 5, 1, 12);
export const DAY = 86_400_000;

/** Clients that stand for the roles over Ambit, and one that has nothing to do with them. */
export const CAST = {
  root: ['ambit-admin'],
  eve: ['ambit-editor', 'viewer'],
  rita: ['ambit-responder'],
  vera: ['ambit-viewer'],
  audrey: ['ambit-auditor'],
  mona: ['ambit-metrics'],
  plain: ['viewer'],
} as const;

/** All services on a store of their own, under a clock that stands still until it is moved. */
export type House = Awaited<ReturnType<typeof createHouse>>;

/**
 * Lays out a house: version 1 is the shop, and the cast is registered. Each transaction is told of by its urgency before it
 * begins.
 */
export async function createHouse(onTransaction: (urgency: Urgency) => void = () => undefined) {
  const store = await createTemporaryStore();
  const storage: Storage = {
    ...store.storage,
    transaction(work, urgency = 'ordinary') {
      onTransaction(urgency);
      return store.storage.transaction(work, urgency);
    },
  };
  let now = START;
  const clock = () => now;
  const vault = await layOut(store);
  const snapshots = createSnapshots({
    read: storage.read,
    issuer: ISSUER,
    clock,
    decodeKeyRing: createKeyRingDecoder(vault),
  });
  const changes = createChanges({ storage, snapshots, clock });
  const deps = { storage, snapshots, changes, clock, newId: randomUUID, issuer: ISSUER };
  const keys = createKeyService({
    ...deps,
    vault,
    jwksMaxAgeSeconds: 300,
    // Quick keys under any name: an RSA key takes too long to make many.
    generate: async (alg) => ({ ...(await generateSigningKeyPair('EdDSA')), alg }),
  });
  const auditKeys = createAuditKeys({ ...deps, vault, rotationSeconds: 0 });
  await auditKeys.ensure();
  const house = {
    path: store.path,
    storage,
    snapshots,
    changes,
    clock,
    keys,
    catalog: createCatalogService(deps),
    clients: createClientService({ ...deps, vault, newSecret: generateSecret }),
    revocations: createRevocationService({ ...deps, keys }),
    traces: createTraceService({ ...deps, read: storage.read }),
    access: createAccessService({ clients: storage.read.clients, snapshots, clock }),
    audit: createAuditService({
      audit: storage.read.audit,
      decisions: { record: ({ entry }) => storage.read.audit.append(entry) },
      clock,
    }),
    reportActivity: () => Promise.resolve(reportOf([createActivity({ clock }).watched()], now)),
    checkpoints: createCheckpoints({ ...deps, keys: auditKeys }),
    verifyLog: createVerifyLog({
      examiner: store.examiner,
      keys: storage.read.auditKeys,
      vault,
    }),
    erasure: createErasure(deps),
    system: systemActor('setup'),
    pass(milliseconds: number) {
      now += milliseconds;
    },
    close: () => store.close(),
    /** A client as its own live token would show it. */
    async actor(clientId: string): Promise<Actor> {
      const principal = await storage.read.clients.find(clientId);
      if (principal === undefined) throw new Error(`no client ${clientId}`);
      const { catalog } = await snapshots.current();
      const scopes = entitledScopes(catalog.compiled, principal, now);
      return { principal, scopes, request: { id: `request-of-${clientId}` } };
    },
    /** Publishes as the server itself. */
    async publish(source: string) {
      return must(await house.catalog.publish({ source, comment: 'setup' }, house.system));
    },
    /** Registers as the server itself. */
    async register(clientId: string, roles: readonly string[] = [], settings = {}) {
      return must(await house.clients.create({ clientId, roles, settings }, house.system));
    },
    /** The newest records of the log. */
    async newestAudit(limit = 1) {
      const { items } = await house.audit.list({}, { limit, order: 'newest-first' });
      return items;
    },
    /** Everything the services can change, to see that something did not. */
    async state() {
      const { read } = storage;
      const { items: clients } = await read.clients.list({ limit: 1000 });
      return {
        revision: await read.revision.read(),
        active: await read.catalog.activeVersion(),
        versions: (await read.catalog.list({ limit: 100 })).items,
        clients,
        keys: await read.keys.list(),
        revocations: (await read.revocations.list({ limit: 100 })).items,
      };
    },
  };
  await house.publish(SHOP);
  for (const [clientId, roles] of Object.entries(CAST)) await house.register(clientId, roles);
  return house;
}

/** The value of a step that must go well. */
export function must<T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

async function layOut({ storage }: TemporaryStore) {
  const [master, hashKey] = [generateKey(), generateKey()];
  await storage.transaction(async (tx) => {
    await tx.vault.insert(sealHashKey(hashKey, master, START));
    await tx.catalog.insert({
      version: 0,
      digest: catalogDigest(EMPTY_DOCUMENT),
      document: EMPTY_DOCUMENT,
      name: EMPTY_DOCUMENT.catalog,
      comment: '',
      publishedAt: START,
      publishedBy: 'system',
      scopeCount: 0,
    });
    await tx.catalog.activate(0);
    await tx.revision.advance(['catalog']);
  });
  return createVault(master, hashKey);
}
