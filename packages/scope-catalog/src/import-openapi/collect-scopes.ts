import type { DocumentPath, Finding } from '../finding.ts';
import { present } from '../present.ts';
import { isJsonObject, malformed, oneLine, resolveLocalReference } from './json-value.ts';
import type { JsonObject } from './json-value.ts';

/** An operation that needs a scope, as far as it helps to describe that scope. */
export interface NeedingOperation {
  readonly summary: string;
  readonly tag?: string;
  /** How many scopes it needs in all: the fewer, the more it says about each. */
  readonly scopes: number;
}

/** A scope as a document mentions it. */
export interface MentionedScope {
  readonly name: string;
  /** What an OAuth flow says of it. */
  description?: string;
  readonly operations: NeedingOperation[];
}

/** All that an OpenAPI document says about scopes. */
export interface Mentions {
  /** By name, in the order of the document. */
  readonly scopes: ReadonlyMap<string, MentionedScope>;
  /** Operations under `paths`. */
  readonly operations: number;
  readonly findings: readonly Finding[];
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query'];
const SUMMARY_LENGTH = 120;
const MOST_REFERENCES = 32;

interface PendingPathItem {
  readonly value: unknown;
  readonly at: DocumentPath;
  /** The path, or the name of a webhook or callback. */
  readonly label: string;
}

/**
 * Collects every scope that a document names: in the flows of its schemes, in its own `security`, and in that of each
 * operation under `paths`, `webhooks` and callbacks (OpenAPI 3.1 §4.8.27, §4.8.30; Swagger 2.0 Scopes Object).
 *
 * The type of a scheme does not matter: real documents list scopes under `http` bearer schemes too. What cannot be
 * read is a finding, never skipped, since a scope might hide in it.
 */
export function collectScopes(document: JsonObject): Mentions {
  const collector = new Collector(document);
  collector.schemes();
  collector.documentSecurity();
  const operations = collector.pathItems('paths');
  collector.pathItems('webhooks');
  collector.callbacks();
  return { scopes: collector.scopes, operations, findings: collector.findings };
}

class Collector {
  readonly scopes = new Map<string, MentionedScope>();
  readonly findings: Finding[] = [];
  readonly #root: JsonObject;
  readonly #pendingCallbacks: PendingPathItem[] = [];
  readonly #seenCallbacks = new Set<unknown>();
  #documentScopes: ReadonlySet<string> = new Set();

  constructor(root: JsonObject) {
    this.#root = root;
  }

  schemes(): void {
    const swagger = this.#root['swagger'] !== undefined;
    const components = swagger ? this.#root : this.#root['components'];
    if (components === undefined) return;
    const key = swagger ? 'securityDefinitions' : 'securitySchemes';
    const at = swagger ? [key] : ['components', key];
    if (!isJsonObject(components)) {
      this.findings.push(malformed(['components'], '`components` is not an object'));
      return;
    }
    for (const [name, value] of this.#entries(components[key], at)) {
      const scheme = this.#resolve(value, [...at, name]);
      if (!scheme) continue;
      if (swagger) this.#flowScopes(scheme['scopes'], [...at, name, 'scopes'], true);
      else this.#flows(scheme['flows'], [...at, name, 'flows']);
    }
  }

  #flows(flows: unknown, at: DocumentPath): void {
    for (const [name, flow] of this.#entries(flows, at)) {
      if (isJsonObject(flow)) this.#flowScopes(flow['scopes'], [...at, name, 'scopes'], false);
      else this.findings.push(malformed([...at, name], `flow \`${shown(name)}\` is not an object`));
    }
  }

  #flowScopes(scopes: unknown, at: DocumentPath, extensible: boolean): void {
    for (const [name, description] of this.#entries(scopes, at, extensible)) {
      const scope = this.#mention(name);
      const text = oneLine(description, 2 * SUMMARY_LENGTH);
      if (text !== undefined) scope.description ??= text;
    }
  }

  documentSecurity(): void {
    this.#documentScopes = this.#required(this.#root['security'], ['security']);
    for (const name of this.#documentScopes) this.#mention(name);
  }

  /** Reads every path item of a section, and answers with the number of operations in it. */
  pathItems(section: 'paths' | 'webhooks'): number {
    let operations = 0;
    for (const [label, value] of this.#entries(this.#root[section], [section], true)) {
      operations += this.#pathItem({ value, label, at: [section, label] });
    }
    return operations;
  }

  /** Reads the callbacks met so far, and those within them; each once, since references may go round. */
  callbacks(): void {
    for (let next = this.#pendingCallbacks.pop(); next; next = this.#pendingCallbacks.pop()) {
      if (this.#seenCallbacks.has(next.value)) continue;
      this.#seenCallbacks.add(next.value);
      const callback = this.#resolve(next.value, next.at);
      if (!callback || this.#seenCallbacks.has(callback)) continue;
      this.#seenCallbacks.add(callback);
      for (const [label, value] of this.#entries(callback, next.at, true)) {
        if (label !== '$ref') this.#pathItem({ value, label, at: [...next.at, label] });
      }
    }
  }

  #pathItem({ value, label, at }: PendingPathItem): number {
    const item = this.#resolve(value, at);
    if (!item) return 0;
    const beside = isJsonObject(value) && value !== item ? value : {};
    let operations = 0;
    for (const method of METHODS) {
      const operation = item[method] ?? beside[method];
      if (operation === undefined) continue;
      operations += 1;
      this.#operation(operation, `${method.toUpperCase()} ${label}`, [...at, method]);
    }
    return operations;
  }

  #operation(operation: unknown, label: string, at: DocumentPath): void {
    if (!isJsonObject(operation)) {
      this.findings.push(malformed(at, `operation \`${shown(label)}\` is not an object`));
      return;
    }
    const own = operation['security'];
    const names =
      own === undefined ? this.#documentScopes : this.#required(own, [...at, 'security']);
    const summary =
      oneLine(operation['summary'], SUMMARY_LENGTH) ??
      oneLine(operation['description'], SUMMARY_LENGTH) ??
      oneLine(label, SUMMARY_LENGTH) ??
      label;
    const tags: unknown = operation['tags'];
    const tag = Array.isArray(tags) ? oneLine(tags[0], SUMMARY_LENGTH) : undefined;
    const needing = { summary, scopes: names.size, ...present({ tag }) };
    for (const name of names) this.#mention(name).operations.push(needing);
    if (operation['callbacks'] === undefined) return;
    for (const [name, value] of this.#entries(operation['callbacks'], [...at, 'callbacks'], true)) {
      this.#pendingCallbacks.push({ value, label: name, at: [...at, 'callbacks', name] });
    }
  }

  /** The distinct scopes of a list of security requirements. */
  #required(security: unknown, at: DocumentPath): ReadonlySet<string> {
    const names = new Set<string>();
    if (security !== undefined && !Array.isArray(security)) {
      this.findings.push(malformed(at, '`security` is not a list'));
    }
    for (const [index, requirement] of (Array.isArray(security) ? security : []).entries()) {
      if (!isJsonObject(requirement)) {
        this.findings.push(malformed([...at, index], 'a security requirement is not an object'));
        continue;
      }
      for (const [scheme, scopes] of Object.entries(requirement)) {
        for (const name of Array.isArray(scopes) ? scopes : [scopes]) {
          if (typeof name === 'string' && Array.isArray(scopes)) names.add(name);
          else this.findings.push(malformed([...at, index, scheme], requirementMessage(scheme)));
        }
      }
    }
    return names;
  }

  #mention(name: string): MentionedScope {
    let scope = this.scopes.get(name);
    if (!scope) {
      scope = { name, operations: [] };
      this.scopes.set(name, scope);
    }
    return scope;
  }

  #entries(value: unknown, at: DocumentPath, extensible = false): [string, unknown][] {
    if (value === undefined) return [];
    if (!isJsonObject(value)) {
      this.findings.push(malformed(at, `\`${shown(String(at.at(-1)))}\` is not an object`));
      return [];
    }
    const entries = Object.entries(value);
    return extensible ? entries.filter(([key]) => !key.startsWith('x-')) : entries;
  }

  /** Follows references until there is none; what cannot be followed is a finding. */
  #resolve(value: unknown, at: DocumentPath): JsonObject | undefined {
    let current = value;
    for (let step = 0; step < MOST_REFERENCES; step += 1) {
      if (!isJsonObject(current)) {
        this.findings.push(malformed(at, `\`${shown(String(at.at(-1)))}\` is not an object`));
        return undefined;
      }
      const reference = current['$ref'];
      if (reference === undefined) return current;
      const target =
        typeof reference === 'string' ? resolveLocalReference(this.#root, reference) : undefined;
      if (target === undefined) break;
      current = target;
    }
    this.findings.push({
      rule: 'import-unresolved-reference',
      severity: 'error',
      message: `\`$ref\` of \`${shown(String(at.at(-1)))}\` cannot be followed`,
      hint: 'bundle the document into one file first, so that every reference begins with `#/`',
      path: at,
    });
    return undefined;
  }
}

const requirementMessage = (scheme: string): string =>
  `the scopes of \`${shown(scheme)}\` are not a list of names`;

const shown = (text: string): string => (text.length <= 80 ? text : `${text.slice(0, 79)}…`);
