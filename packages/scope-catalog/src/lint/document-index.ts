import { startOfDay } from '../day.ts';
import type { ActionEntry, CatalogDocument, ResourceServerEntry, RoleEntry } from '../document.ts';
import type { DocumentPath } from '../finding.ts';
import { scopeName, wildcardResource } from '../scope-name.ts';

/** A scope with the place that defines it. */
export interface IndexedScope {
  readonly name: string;
  readonly action: ActionEntry;
  readonly server: ResourceServerEntry;
  readonly path: DocumentPath;
  /** When it is retired, in milliseconds since the epoch. */
  readonly retiredFrom?: number;
}

/** How many steps of inheritance and scopes the lint follows before it says that it stops. */
const STEPS_MAX = 1_000_000;

/**
 * What the lint asks about a document over and over. It stands on the document alone, so that one with errors can be
 * linted too: unknown scopes and roles count as nothing, inheritance that goes round ends where it began.
 */
export class DocumentIndex {
  readonly document: CatalogDocument;
  readonly now: number;
  readonly scopes = new Map<string, IndexedScope>();
  readonly roles: ReadonlyMap<string, RoleEntry>;
  readonly #actions = new Map<string, string[]>();
  readonly #own = new Map<string, ReadonlySet<string>>();
  readonly #granted = new Map<string, ReadonlySet<string>>();
  readonly #lineage = new Map<string, ReadonlySet<string>>();
  #actors: ReadonlySet<string> | undefined;
  #steps = STEPS_MAX;

  constructor(document: CatalogDocument, now: number) {
    this.document = document;
    this.now = now;
    this.roles = new Map(Object.entries(document.roles ?? {}));
    for (const [serverKey, server] of Object.entries(document.resourceServers)) {
      for (const [resource, { actions }] of Object.entries(server.resources)) {
        const names: string[] = [];
        for (const [key, action] of Object.entries(actions)) {
          const name = scopeName(resource, key);
          const path = ['resourceServers', serverKey, 'resources', resource, 'actions', key];
          const sunset = action.deprecated?.sunset;
          const retired = sunset === undefined ? {} : { retiredFrom: startOfDay(sunset) };
          this.scopes.set(name, { name, action, server, path, ...retired });
          names.push(name);
        }
        this.#actions.set(resource, names);
      }
    }
  }

  /** The scopes that an entry of a role stands for: itself, or those of its wildcard. */
  expand(entry: string): readonly string[] {
    const resource = wildcardResource(entry);
    if (resource !== undefined) return this.#actions.get(resource) ?? [];
    return this.scopes.has(entry) ? [entry] : [];
  }

  /** The scopes that the role lists itself, wildcards expanded. */
  own(name: string): ReadonlySet<string> {
    return this.#remembered(this.#own, name, (own) => {
      for (const entry of this.roles.get(name)?.scopes ?? []) {
        for (const scope of this.expand(entry)) own.add(scope);
      }
    });
  }

  /** Every scope the role grants, inherited ones included. */
  granted(name: string): ReadonlySet<string> {
    return this.#remembered(this.#granted, name, (granted) => {
      for (const role of this.lineage(name)) for (const scope of this.own(role)) granted.add(scope);
    });
  }

  /** The role and every role that it inherits, near or far. */
  lineage(name: string): ReadonlySet<string> {
    return this.#remembered(this.#lineage, name, (seen) => {
      seen.add(name);
      for (const role of seen) {
        for (const parent of this.roles.get(role)?.inherits ?? []) seen.add(parent);
        if (seen.size > this.#steps) return;
      }
    });
  }

  /** Whether a delegation rule names the role, so that whoever holds it may act on behalf of others. */
  isActor(role: string): boolean {
    this.#actors ??= new Set(
      (this.document.delegation ?? []).flatMap(({ actor }) => ('role' in actor ? actor.role : [])),
    );
    return this.#actors.has(role);
  }

  /** Whether roles inherit more than can be followed; what is said of them from then on is worth nothing. */
  get exhausted(): boolean {
    return this.#steps <= 0;
  }

  #remembered(
    memory: Map<string, ReadonlySet<string>>,
    name: string,
    fill: (set: Set<string>) => void,
  ): ReadonlySet<string> {
    const known = memory.get(name);
    if (known) return known;
    const set = new Set<string>();
    if (!this.exhausted) fill(set);
    this.#steps -= set.size;
    memory.set(name, set);
    return set;
  }

  /** Whether the scope is retired by now: neither issued nor live. */
  isRetired(name: string): boolean {
    const from = this.scopes.get(name)?.retiredFrom;
    return from !== undefined && this.now >= from;
  }
}
