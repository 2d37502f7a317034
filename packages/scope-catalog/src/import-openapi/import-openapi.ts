import type { ActionEntry, CatalogDocument, ResourceEntry, RoleEntry } from '../document.ts';
import type { Finding } from '../finding.ts';
import { present } from '../present.ts';
import { err, ok } from '../result.ts';
import type { Result } from '../result.ts';
import { findSchemaBreaches } from '../schema-findings.ts';
import { collectScopes } from './collect-scopes.ts';
import type { MentionedScope, NeedingOperation } from './collect-scopes.ts';
import { isJsonObject, malformed, oneLine } from './json-value.ts';
import type { JsonObject } from './json-value.ts';
import { onlyReads, proposeNames } from './propose-names.ts';

/** What an import needs to know beside the document. */
export interface OpenApiImportOptions {
  /** Audience of the one resource server that is made. */
  readonly audience: string;
  /** The catalog's name; the title of the document otherwise. */
  readonly name?: string;
  /** Whether to add a `viewer` and an `admin` role to start from; true unless said otherwise. */
  readonly roles?: boolean;
}

/** A catalog made from an OpenAPI document, and what became of names that could not stay. */
export interface OpenApiImport {
  readonly catalog: CatalogDocument;
  /** Scopes that had to take another name, sorted; every other one kept its own. */
  readonly renamed: readonly { readonly from: string; readonly to: string }[];
  /** Operations under `paths`. */
  readonly operations: number;
}

const DESCRIPTION_LENGTH = 240;
const SUMMARIES_IN_A_DESCRIPTION = 3;

/**
 * Makes a catalog of one resource server from the scopes of an OpenAPI 3.x or Swagger 2.0 document, losing none.
 *
 * An action is described by the OAuth flow that lists its scope, else by the operations that need it. A document that
 * cannot be read to its end gives findings alone, all of them at once: a scope might hide in what was not understood.
 * So does an audience, a name or a size that no catalog may have; those findings are about the catalog to be.
 */
export function importOpenApi(
  document: unknown,
  options: OpenApiImportOptions,
): Result<OpenApiImport, Finding[]> {
  if (!isOpenApi(document)) {
    const message = 'the document is neither OpenAPI 3.x nor Swagger 2.0';
    return err([malformed([], message, 'it needs `openapi: 3.…` or `swagger: "2.0"` at its top')]);
  }
  const mentions = collectScopes(document);
  const findings = [...mentions.findings];
  if (findings.length === 0 && mentions.scopes.size === 0) {
    findings.push({
      rule: 'import-no-scopes',
      severity: 'error',
      message: 'the document names no scopes',
      hint: 'scopes are read from OAuth flows and from `security` requirements such as `bearerAuth: [orders:read]`',
      path: [],
    });
  }
  if (findings.length > 0) return err(findings);

  const names = proposeNames(mentions.scopes.keys());
  const renamed = [...names]
    .filter(([from, to]) => from !== to)
    .map(([from, to]) => ({ from, to }));
  const catalog = catalogOf(document, mentions.scopes, names, options);
  const breaches = findSchemaBreaches(catalog);
  if (breaches.length > 0) return err(breaches);
  return ok({ catalog, renamed: renamed.sort(byFrom), operations: mentions.operations });
}

const byFrom = (a: { from: string }, b: { from: string }): number => (a.from < b.from ? -1 : 1);

const isOpenApi = (document: unknown): document is JsonObject =>
  isJsonObject(document) &&
  (/^3(?:\.|$)/u.test(String(document['openapi'])) ||
    /^2(?:\.0)?$/u.test(String(document['swagger'])));

function catalogOf(
  document: JsonObject,
  scopes: ReadonlyMap<string, MentionedScope>,
  names: ReadonlyMap<string, string>,
  options: OpenApiImportOptions,
): CatalogDocument {
  const info = isJsonObject(document['info']) ? document['info'] : {};
  const contact = isJsonObject(info['contact']) ? info['contact'] : {};
  const title = oneLine(info['title'], DESCRIPTION_LENGTH);
  const key = slug(title ?? options.name ?? 'api');
  const owner = oneLine(contact['name'], 80) ?? oneLine(contact['email'], 80);
  const description = oneLine(info['summary'], DESCRIPTION_LENGTH) ?? title;
  const server = {
    audience: options.audience,
    ...present({ description, owner }),
    resources: resourcesOf(scopes, names),
  };
  const roles = options.roles === false ? {} : { roles: startingRoles(names, server.resources) };
  return { catalog: options.name ?? key, resourceServers: { [key]: server }, ...roles };
}

function resourcesOf(
  scopes: ReadonlyMap<string, MentionedScope>,
  names: ReadonlyMap<string, string>,
): Record<string, ResourceEntry> {
  const resources = new Map<
    string,
    { actions: [string, ActionEntry][]; operations: NeedingOperation[] }
  >();
  const sorted = [...names].sort(([, a], [, b]) => (a < b ? -1 : 1));
  for (const [from, to] of sorted) {
    const scope = scopes.get(from);
    const colon = to.lastIndexOf(':');
    const key = to.slice(0, colon);
    const resource = resources.get(key) ?? { actions: [], operations: [] };
    resources.set(key, resource);
    const description = scope && (scope.description ?? describeByOperations(scope.operations));
    resource.actions.push([to.slice(colon + 1), present({ description })]);
    for (const operation of scope?.operations ?? []) resource.operations.push(operation);
  }
  return Object.fromEntries(
    [...resources].map(([key, { actions, operations }]) => {
      const description = mostFrequentTag(operations);
      return [key, { ...present({ description }), actions: Object.fromEntries(actions) }];
    }),
  );
}

/** What a scope is for, as the operations tell that need it and the fewest others. */
function describeByOperations(operations: readonly NeedingOperation[]): string | undefined {
  const telling = [...operations].sort((a, b) => a.scopes - b.scopes);
  const summaries = [...new Set(telling.map(({ summary }) => summary))];
  const named = summaries.slice(0, SUMMARIES_IN_A_DESCRIPTION);
  const more = summaries.length - named.length;
  const suffix = more === 0 ? '' : `; and ${more} more`;
  const text = oneLine(named.join('; '), DESCRIPTION_LENGTH - suffix.length);
  return text === undefined ? undefined : text + suffix;
}

function mostFrequentTag(operations: readonly NeedingOperation[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { tag, scopes } of operations) {
    if (tag !== undefined) counts.set(tag, (counts.get(tag) ?? 0) + 1 / scopes);
  }
  let best: string | undefined;
  for (const [tag, count] of counts) {
    if (best === undefined || count > (counts.get(best) ?? 0)) best = tag;
  }
  return best;
}

function startingRoles(
  names: ReadonlyMap<string, string>,
  resources: Readonly<Record<string, ResourceEntry>>,
): Record<string, RoleEntry> {
  const reading = [...names.values()].filter(onlyReads).sort();
  const everything = Object.keys(resources)
    .map((key) => `${key}:*`)
    .sort();
  return {
    ...(reading.length === 0
      ? {}
      : { viewer: { description: 'Reads, and changes nothing', scopes: reading } }),
    admin: { description: 'Does everything this API offers', scopes: everything },
  };
}

function slug(title: string): string {
  const text = title
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/gu, '');
  if (text === '') return 'api';
  return /^ambit(?:-|$)/u.test(text) ? `x-${text}` : text;
}
