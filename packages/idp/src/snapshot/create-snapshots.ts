import { compileCatalog } from '@ambit/scope-catalog';
import type { CompiledCatalog, CatalogDocument } from '@ambit/scope-catalog';
import { LRUCache } from 'lru-cache';
import type { Client } from '../clients/client.ts';
import { isClientName } from '../clients/client-name.ts';
import type { Derivation } from '../delegation/ports.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { SigningKeyRecord } from '../keys/ports.ts';
import { buildRevocationSet } from '../revocation/revocation-set.ts';
import type { GrowingRevocationSet } from '../revocation/revocation-set.ts';
import type { Revision } from '../revision.ts';
import type { Ports } from '../storage.ts';
import type { ActiveCatalog, KeptSnapshots, Snapshot } from './snapshot.ts';

/** How many clients are kept at hand, a kilobyte each once they have come; the others cost one look-up each. */
const CLIENTS_AT_HAND = 20_000;

/**
 * How much of the derivations of exchanged tokens is kept at hand, in characters of their JSON: tens of thousands as they
 * usually are, and of chains that carry a hundred scopes along as many as fit.
 */
const DERIVATIONS_AT_HAND = 16 * 1024 * 1024;

/**
 * For how long the counter need not have been read for what is known of the rules to be built upon. Within so short a time no
 * store of another history takes its place, whose counter may have come further by other rules: a standby that was behind, a backup.
 */
const FOLLOWED_MS = 5_000;

/** Where snapshots are loaded from. */
export interface SnapshotDependencies {
  readonly read: Pick<
    Ports,
    'revision' | 'catalog' | 'clients' | 'keys' | 'revocations' | 'derivations'
  >;
  readonly issuer: string;
  readonly clock: () => number;
  decodeKeyRing(records: readonly SigningKeyRecord[]): KeyRing;
}

/** The parts of a snapshot that are loaded as a whole, each with the change it was loaded at. */
interface Loaded {
  readonly revision: Revision;
  readonly catalog: ActiveCatalog;
  readonly keys: KeyRing;
  readonly revocations: GrowingRevocationSet;
  readonly clients: LRUCache<string, Client>;
}

/**
 * Snapshots that follow the revision counter: it is read for every one, and only what has moved since is loaded
 * again.
 *
 * INVARIANT: the counter is read before the parts. A part may then be newer than the counter says, never older, so a
 * token issued by it carries a `rev` that revocation covers: the race fails closed.
 */
export function createSnapshots(dependencies: SnapshotDependencies): KeptSnapshots {
  const { read } = dependencies;
  /** A derivation never changes, so these outlive every revision. */
  const derivations = new LRUCache<string, Derivation>({
    maxSize: DERIVATIONS_AT_HAND,
    sizeCalculation: (derivation) => JSON.stringify(derivation).length,
  });
  let loaded: Loaded | undefined;
  let loading: Promise<Snapshot> | undefined;
  let snapshot: Snapshot | undefined;
  let currentAt = performance.now();

  const reload = async (revision: Revision, isFollowed: boolean): Promise<Snapshot> => {
    const next = await load(revision, loaded, isFollowed, dependencies);
    loaded = next;
    snapshot = {
      revision: revision.number,
      catalog: next.catalog,
      keys: next.keys,
      revocations: next.revocations,
      async findClient(clientId) {
        const known = next.clients.get(clientId);
        if (known) return known;
        // Whoever has proved nothing yet may ask for anything, what no store can look for too.
        if (!isClientName(clientId)) return undefined;
        const client = await read.clients.find(clientId);
        // By its own name: the one that was asked for may be cut from what a secret stands in, and keep that.
        if (client) next.clients.set(client.clientId, client);
        return client;
      },
      async findDerivation(jti) {
        const known = derivations.get(jti);
        if (known) return known;
        const derivation = await read.derivations.find(jti);
        if (derivation) derivations.set(jti, derivation);
        return derivation;
      },
    };
    return snapshot;
  };

  return {
    latest: () => snapshot,
    ageSeconds: () => (performance.now() - currentAt) / 1000,
    async current() {
      const askedAt = performance.now();
      const revision = await read.revision.read();
      if (snapshot?.revision === revision.number) {
        currentAt = askedAt;
        return snapshot;
      }
      loading ??= reload(revision, askedAt - currentAt < FOLLOWED_MS).finally(() => {
        loading = undefined;
      });
      const fresh = await loading;
      if (fresh.revision >= revision.number) currentAt = askedAt;
      return fresh.revision >= revision.number ? fresh : this.current();
    },
  };
}

async function load(
  revision: Revision,
  before: Loaded | undefined,
  isFollowed: boolean,
  dependencies: SnapshotDependencies,
): Promise<Loaded> {
  const { read, issuer, decodeKeyRing } = dependencies;
  const moved = (part: keyof Revision): boolean => before?.revision[part] !== revision[part];
  return {
    revision,
    catalog: before && !moved('catalog') ? before.catalog : await loadCatalog(read.catalog, issuer),
    keys: before && !moved('keys') ? before.keys : decodeKeyRing(await read.keys.list()),
    revocations:
      before && !moved('revocations')
        ? before.revocations
        : await loadRevocations(revision, isFollowed ? before : undefined, dependencies),
    clients: before && !moved('clients') ? before.clients : newClientCache(),
  };
}

/** The rules there are: those that are new are taken in, since there can be very many, and all are read now and then. */
async function loadRevocations(
  revision: Revision,
  before: Loaded | undefined,
  { read, clock }: SnapshotDependencies,
): Promise<GrowingRevocationSet> {
  // A counter that has gone back is that of another history.
  const known = before && before.revision.revocations <= revision.revocations ? before : undefined;
  if (known === undefined || known.revocations.isOvergrown()) {
    return buildRevocationSet(await read.revocations.listSince(0, clock()));
  }
  known.revocations.add(await read.revocations.listSince(known.revision.revocations, clock()));
  return known.revocations;
}

/**
 * An empty cache of clients. Bounded by size, not by number: for a number the library lays out room for all of them at
 * once, which takes ten milliseconds, and every change of a client takes a new cache.
 */
const newClientCache = (): LRUCache<string, Client> =>
  new LRUCache({ maxSize: CLIENTS_AT_HAND, sizeCalculation: () => 1 });

async function loadCatalog(catalogs: Ports['catalog'], issuer: string): Promise<ActiveCatalog> {
  const number = await catalogs.activeVersion();
  const version = number === undefined ? undefined : await catalogs.find(number);
  if (!version) {
    throw new Error('the store has no active catalog version; it was never bootstrapped');
  }
  return {
    version: version.version,
    digest: version.digest,
    compiled: compiled(version.document, issuer),
  };
}

/**
 * Says that the active version cannot be used under this issuer: one of its audiences has become reserved, for
 * example.
 */
export class CatalogUnusable extends Error {
  readonly code = 'catalog.unusable';
  override readonly name = 'CatalogUnusable';
}

function compiled(document: CatalogDocument, issuer: string): CompiledCatalog {
  const result = compileCatalog(document, { issuer });
  if (result.ok) return result.value;
  const [finding] = result.error;
  throw new CatalogUnusable(finding?.message ?? 'it does not compile');
}
