import type { CatalogDocument } from './document.ts';
import type { DocumentPath, Finding } from './finding.ts';
import { BREACHES_MAX } from './rules.ts';
import { findSchemaBreaches } from './schema-findings.ts';

/** What is left of a document that breaks the schema once the breaches are cut out of it. */
export interface SoundPart {
  readonly document: CatalogDocument;
  /** Whether a resource server, resource or action went with them, so that who names its scopes is not to blame. */
  readonly lostScopes: boolean;
  /** Whether any action went, one that nobody could name included, so that a wildcard may come to nothing. */
  readonly lostActions: boolean;
  /** Whether a role went with them. */
  readonly lostRoles: boolean;
  /** Whether an entry of a list went with them. */
  readonly lostEntries: boolean;
  /** The place in the whole document of a place in this one. */
  origin(path: DocumentPath): DocumentPath;
}

/** Cutting a value that is required makes its parent the next breach, and no document is deeper than this. */
const ROUNDS_MAX = 12;

/**
 * Cuts out of a document what breaks its schema, as little as possible, so that the rest can be checked as well:
 * whoever mends a catalog wants to know everything that is wrong with it at once. Undefined where nothing sensible is
 * left.
 */
export function soundPart(value: unknown, breaches: readonly Finding[]): SoundPart | undefined {
  if (breaches.length >= BREACHES_MAX || !isContainer(value) || Array.isArray(value)) {
    return undefined;
  }
  const copy = JSON.parse(JSON.stringify(value)) as Container;
  copy['catalog'] ??= 'unnamed';
  const indexes = new WeakMap<object, number[]>();
  const cuts: DocumentPath[] = [];
  const unnamable = new Set<DocumentPath>();
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const found = findSchemaBreaches(copy);
    if (found.length === 0) {
      return {
        document: copy as unknown as CatalogDocument,
        lostScopes: cuts.some((path) => holdsScopes(path) && !unnamable.has(path)),
        lostActions: cuts.some(holdsScopes),
        lostRoles: cuts.some(
          (path) => path[0] === 'roles' && path.length <= 2 && !unnamable.has(path),
        ),
        lostEntries: cuts.some((path) => typeof path.at(-1) === 'number'),
        origin: (path) => originOf(copy, path, indexes),
      };
    }
    // The last entries of a list first, so that the indexes of those before them stay true.
    for (const { path, rule } of found.toSorted((a, b) => lastStep(b) - lastStep(a))) {
      if (path.length === 0) return undefined;
      if (!cut(copy, path, indexes)) continue;
      cuts.push(path);
      // What is named against the grammar cannot be mentioned either; a resource server never is, but its scopes are.
      const isServer = path[0] === 'resourceServers' && path.length === 2;
      if (rule === 'name-invalid' && !isServer) unnamable.add(path);
    }
  }
  return undefined;
}

type Container = Record<string | number, unknown>;

const isContainer = (value: unknown): value is Container =>
  typeof value === 'object' && value !== null;

function lastStep({ path }: Finding): number {
  const last = path.at(-1);
  return typeof last === 'number' ? last : -1;
}

/** Takes one place out; says whether it was still there. */
function cut(root: Container, path: DocumentPath, indexes: WeakMap<object, number[]>): boolean {
  let parent: unknown = root;
  for (const step of path.slice(0, -1)) parent = isContainer(parent) ? parent[step] : undefined;
  const last = path.at(-1);
  if (!isContainer(parent) || last === undefined || !Object.hasOwn(parent, last)) return false;
  if (!Array.isArray(parent)) return Reflect.deleteProperty(parent, last);
  const kept = indexes.get(parent) ?? [...parent.keys()];
  indexes.set(parent, kept);
  kept.splice(Number(last), 1);
  parent.splice(Number(last), 1);
  return true;
}

function originOf(
  root: unknown,
  path: DocumentPath,
  indexes: WeakMap<object, number[]>,
): DocumentPath {
  let value = root;
  return path.map((step) => {
    const kept = isContainer(value) ? indexes.get(value) : undefined;
    value = isContainer(value) ? value[step] : undefined;
    return typeof step === 'number' ? (kept?.[step] ?? step) : step;
  });
}

/** Whether scopes went with a place: a resource server, its resources, one of them, its actions, or one of those. */
function holdsScopes([root, , within, , actions, ...rest]: DocumentPath): boolean {
  if (root !== 'resourceServers' || rest.length > 1) return false;
  if (within === undefined) return true;
  return within === 'resources' && (actions === undefined || actions === 'actions');
}
