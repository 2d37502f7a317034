import { checkCatalog, decidePublish, diffCatalogs, err, ok, present } from '@ambit/scope-catalog';
import type { CatalogChange, LocatedFinding, Result } from '@ambit/scope-catalog';
import type { Actor } from '../actor.ts';
import type { Change, Changes } from '../change.ts';
import type { Page } from '../page.ts';
import type { Snapshots } from '../snapshot/snapshot.ts';
import type { Storage } from '../storage.ts';
import { resolveSource, resolveVersion } from './catalog-target.ts';
import type { CatalogSource, CatalogTarget, ResolvedTarget } from './catalog-target.ts';
import { assignmentsDigest, planPinned } from './pinned-plan.ts';
import type { PinnedPlan } from './pinned-plan.ts';
import type { CatalogStore, CatalogVersion, CatalogVersionSummary } from './ports.ts';
import type {
  ActivationRefusal,
  CatalogLookupRefusal,
  ExistingVersion,
  InvalidCatalog,
} from './refusals.ts';

/** What a publisher has seen and relies on. */
export interface PublishPins {
  /** The version that must still be active; by default the one that is when the request comes in. */
  readonly base?: number;
  /** The role assignments that must still be so, as a plan names them. */
  readonly assignments?: string;
}

/** What a publish came to; `changed` is false when the catalog was the active one already. */
export interface Published {
  readonly version: number;
  readonly digest: string;
  readonly changed: boolean;
}

/** The life of catalog versions: checked, planned, published, rolled back. */
export interface CatalogService {
  lint(source: CatalogSource): readonly LocatedFinding[];
  plan(target: CatalogTarget, actor: Actor): Promise<Result<PinnedPlan, CatalogLookupRefusal>>;
  publish(
    input: CatalogSource & PublishPins & { readonly comment: string },
    actor: Actor,
  ): Promise<Result<Published, ActivationRefusal | InvalidCatalog | ExistingVersion>>;
  /** Makes a version there is already the active one; by the same road as {@link CatalogService.publish}. */
  activate(
    input: PublishPins & { readonly version: number; readonly comment?: string },
    actor: Actor,
  ): Promise<Result<Published, ActivationRefusal | CatalogLookupRefusal>>;
  activeVersion(): Promise<number>;
  list(page: Parameters<CatalogStore['list']>[0]): Promise<Page<CatalogVersionSummary>>;
  find(version: number): Promise<CatalogVersion | undefined>;
  diff(from: number, to: number): Promise<Result<readonly CatalogChange[], CatalogLookupRefusal>>;
}

/** Makes the catalog service. */
export function createCatalogService(deps: {
  readonly storage: Storage;
  readonly snapshots: Snapshots;
  readonly changes: Changes;
  readonly clock: () => number;
  readonly issuer: string;
}): CatalogService {
  const { storage, snapshots, changes, clock, issuer } = deps;
  const activeVersion = async () => (await snapshots.current()).catalog.version;

  const resolve = (version: number) => resolveVersion(version, issuer, storage.read.catalog);

  const makeActive = <E extends { readonly code: string }>(
    target: ResolvedTarget,
    claimNumber: (change: Change) => Promise<Result<number, E>>,
    pins: PublishPins & { readonly base: number; readonly comment: string },
    actor: Actor,
  ) =>
    changes<Published, ActivationRefusal | E>(
      actor,
      {
        event: target.version === undefined ? 'catalog.published' : 'catalog.activated',
        target: { kind: 'catalog', id: target.version?.toString() ?? target.digest },
        scopes: ['ambit.catalog:publish'],
      },
      async (change) => {
        const { active, tx, actor: publisher, now } = change;
        if (active.version !== pins.base) {
          return err({ code: 'catalog.changed', what: 'version', active: active.version });
        }
        const clients = await tx.clients.listForPlan();
        if (pins.assignments !== undefined && pins.assignments !== assignmentsDigest(clients)) {
          return err({ code: 'catalog.changed', what: 'assignments', active: active.version });
        }
        if (active.digest === target.digest) {
          return ok({ version: active.version, digest: active.digest, changed: false });
        }
        const plan = planPinned(active, target, clients, publisher.clientId, now);
        const catalog = target.compiled;
        const allowed = decidePublish({ actor: publisher, plan, catalog, clients, now });
        if (!allowed.ok) return allowed;
        const version = await claimNumber(change);
        if (!version.ok) return version;
        await tx.catalog.activate(version.value);
        await recordActive(change, { version: version.value, plan, comment: pins.comment });
        return ok({ version: version.value, digest: target.digest, changed: true });
      },
    );

  return {
    activeVersion,
    list: (page) => storage.read.catalog.list(page),
    find: (version) => storage.read.catalog.find(version),

    lint: ({ source, file = 'catalog' }) =>
      checkCatalog(source, { file, issuer, now: clock() }).findings,

    async plan(target, actor) {
      const now = clock();
      const resolved =
        'version' in target ? await resolve(target.version) : resolveSource(target, issuer, now);
      if (!resolved.ok) return resolved;
      const { catalog } = await snapshots.current();
      const clients = await storage.read.clients.listForPlan();
      return ok(planPinned(catalog, resolved.value, clients, actor.principal.clientId, now));
    },

    async publish({ comment, base, assignments, ...source }, actor) {
      const seen = base ?? (await activeVersion());
      const target = resolveSource(source, issuer, clock());
      if (!target.ok) return target;
      const pins = { comment, base: seen, ...present({ assignments }) };
      const claim = (change: Change) => insertVersion(change, target.value, comment);
      return makeActive(target.value, claim, pins, actor);
    },

    async activate({ version, comment = '', base, assignments }, actor) {
      const seen = base ?? (await activeVersion());
      const target = await resolve(version);
      if (!target.ok) return target;
      const pins = { comment, base: seen, ...present({ assignments }) };
      return makeActive(target.value, async () => ok(version), pins, actor);
    },

    async diff(from, to) {
      const before = await resolve(from);
      if (!before.ok) return before;
      const after = await resolve(to);
      return after.ok ? ok(diffCatalogs(before.value.compiled, after.value.compiled)) : after;
    },
  };
}

async function insertVersion(
  { tx, now, actor }: Change,
  { digest, document }: ResolvedTarget,
  comment: string,
): Promise<Result<number, ExistingVersion>> {
  const existing = await tx.catalog.findByDigest(digest);
  if (existing !== undefined) return err({ code: 'catalog.exists', version: existing.version });
  const newest = (await tx.catalog.list({ limit: 1 })).items[0];
  const version = (newest?.version ?? 0) + 1;
  await tx.catalog.insert({
    version,
    digest,
    document,
    name: document.catalog,
    comment,
    publishedAt: now,
    publishedBy: actor.clientId,
    scopeCount: countScopes(document),
  });
  return ok(version);
}

/** The most lines of a plan's summary that an audit record keeps; the versions themselves tell the rest. */
const AUDITED_SUMMARY_LINES = 50;

const recordActive = (
  { active, record }: Change,
  { version, plan, comment }: { version: number; plan: PinnedPlan; comment: string },
): Promise<number> =>
  record(['catalog'], {
    target: { kind: 'catalog', id: String(version) },
    before: { version: active.version, digest: active.digest },
    after: {
      version,
      digest: plan.digest,
      comment,
      gains: plan.gains.length,
      losses: plan.losses.length,
      summary: plan.summary.slice(0, AUDITED_SUMMARY_LINES),
    },
  });

const countScopes = (document: CatalogVersion['document']): number =>
  Object.values(document.resourceServers)
    .flatMap(({ resources }) => Object.values(resources))
    .reduce((count, { actions }) => count + Object.keys(actions).length, 0);
