import {
  ADMIN_ROLE,
  builtInResourceServer,
  catalogDigest,
  EMPTY_DOCUMENT,
} from '@ambit/scope-catalog';
import { SYSTEM, systemActor } from '../actor.ts';
import type { ClientService } from '../clients/client-service.ts';
import type { Ports, Storage } from '../storage.ts';

/** The first administrator, with the one secret that is shown once. */
export interface FirstAdmin {
  readonly clientId: string;
  readonly secret: string;
}

/** What laying out an installation needs. */
export interface BootstrapDependencies {
  readonly storage: Storage;
  readonly clock: () => number;
  readonly newId: () => string;
}

/** Lays down version 0, the empty catalog, in a store that has no active version yet; otherwise does nothing. */
export async function layDownCatalog(dependencies: BootstrapDependencies): Promise<void> {
  const { storage, clock } = dependencies;
  // Looked for first: on a full disk a server starts only if it has nothing to write.
  if ((await storage.read.catalog.activeVersion()) !== undefined) return;
  await storage.transaction(async (tx) => {
    if ((await tx.catalog.activeVersion()) !== undefined) return;
    await tx.revision.advance(['catalog']);
    await tx.catalog.insert({
      version: 0,
      digest: catalogDigest(EMPTY_DOCUMENT),
      name: EMPTY_DOCUMENT.catalog,
      comment: 'the empty catalog of a new installation',
      publishedAt: clock(),
      publishedBy: SYSTEM,
      scopeCount: 0,
      document: EMPTY_DOCUMENT,
    });
    await tx.catalog.activate(0);
    await recordSystemEvent(tx, 'system.bootstrapped', dependencies);
  });
}

/**
 * Makes the first administrator, once and never again: where some client holds `ambit-admin`, nothing happens and
 * nothing is given back. With `reset` a further one is made all the same, for when the first one's secret was lost.
 */
export async function makeAdmin(
  clients: Pick<ClientService, 'create'>,
  dependencies: BootstrapDependencies,
  { reset }: { readonly reset: boolean },
): Promise<FirstAdmin | undefined> {
  const { storage } = dependencies;
  // The name comes first: who is overtaken by another process after this finds its administrator, or the name taken.
  const clientId = await freeName(storage.read);
  const admins = await storage.read.clients.listByRole(ADMIN_ROLE);
  if (admins.length > 0 && !reset) return undefined;

  const created = await clients.create(
    {
      clientId,
      settings: { auth: 'secret', defaultScopes: adminScopes() },
      roles: [ADMIN_ROLE],
      secret: { label: reset ? 'reset' : 'bootstrap' },
    },
    systemActor(dependencies.newId()),
  );
  if (!created.ok && created.error.code === 'client.name_taken') {
    return makeAdmin(clients, dependencies, { reset }); // another process was faster
  }
  if (!created.ok) throw new Error(`the administrator was not made: ${created.error.code}`);
  if (reset) {
    await storage.transaction((tx) =>
      recordSystemEvent(tx, 'system.admin_reset', dependencies, clientId),
    );
  }
  const { secret } = created.value;
  if (secret === undefined) throw new Error('the administrator was made without a secret');
  return { clientId, secret };
}

/** `admin`, or with a number behind it: names are never given out twice. */
async function freeName({ clients }: Pick<Ports, 'clients'>): Promise<string> {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? 'admin' : `admin-${number}`;
    if (!(await clients.isNameTaken(name))) return name;
  }
}

/** Every scope of the admin API, so that a token for it needs no scope named. */
const adminScopes = (): string[] =>
  Object.entries(builtInResourceServer('').resources).flatMap(([resource, { actions }]) =>
    Object.keys(actions).map((action) => `${resource}:${action}`),
  );

function recordSystemEvent(
  tx: Pick<Ports, 'audit'>,
  event: 'system.bootstrapped' | 'system.admin_reset',
  { clock, newId }: Pick<BootstrapDependencies, 'clock' | 'newId'>,
  clientId?: string,
): Promise<void> {
  return tx.audit.append({
    time: clock(),
    event,
    decision: 'granted',
    requestId: newId(),
    actor: SYSTEM,
    ...(clientId === undefined ? {} : { target: { kind: 'client', id: clientId } }),
  });
}
