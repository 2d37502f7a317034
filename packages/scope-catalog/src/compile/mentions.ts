import { isReservedName } from '../built-in.ts';
import type { CompiledScope } from '../compiled-catalog.ts';
import type { CatalogDocument } from '../document.ts';
import type { DocumentPath, Finding } from '../finding.ts';
import { breach, didYouMean } from '../rules.ts';
import { suggestNames } from '../suggest-names.ts';

/** A catalog that names scopes or roles of Ambit itself could lift its author (nobody lifts themselves). */
export const reservedMention = (
  kind: 'role' | 'scope',
  name: string,
  path: DocumentPath,
): Finding =>
  breach(
    'name-reserved',
    path,
    `the ${kind} \`${name}\` belongs to Ambit itself`,
    'roles over Ambit are assigned to clients, never mentioned in a catalog',
  );

/** What is wrong with naming a scope at a place where wildcards have no business; undefined where nothing is. */
export function scopeMention(
  scopes: ReadonlyMap<string, CompiledScope>,
  name: string,
  path: DocumentPath,
  before: readonly Finding[],
): Finding | undefined {
  if (isReservedName(name)) return reservedMention('scope', name, path);
  if (name.endsWith(':*')) {
    const hint = 'name each scope; wildcards stand in roles only';
    return breach('wildcard-misplaced', path, `\`${name}\` is a wildcard`, hint);
  }
  return scopes.has(name) ? undefined : unknownScope(scopes, name, path, before);
}

/** Nearest names are looked for so often in one document: each search is a walk over all there is. */
const SEARCHES_MAX = 50;

/**
 * The nearest of the candidates that `counts`; none once `before` tells of so much that a search for each would take
 * minutes.
 */
export const nearest = (
  name: string,
  candidates: Iterable<string>,
  before: readonly Finding[],
  counts: (candidate: string) => boolean = () => true,
): readonly string[] =>
  before.length >= SEARCHES_MAX ? [] : suggestNames(name, [...candidates].filter(counts));

/** The finding about a scope that the catalog does not define. */
export function unknownScope(
  scopes: ReadonlyMap<string, CompiledScope>,
  name: string,
  path: DocumentPath,
  before: readonly Finding[],
): Finding {
  const near = nearest(name, scopes.keys(), before, (scope) => !isReservedName(scope));
  const hint = didYouMean(near) ?? 'define it under `resourceServers`';
  return breach('scope-unknown', path, `no scope \`${name}\` is defined`, hint);
}

/** The finding about a role that the catalog does not define. */
export function unknownRole(
  roles: Iterable<string>,
  name: string,
  path: DocumentPath,
  before: readonly Finding[],
): Finding {
  const hint = didYouMean(nearest(name, roles, before)) ?? 'define it under `roles`';
  return breach('role-unknown', path, `no role \`${name}\` is defined`, hint);
}

/** What is wrong with the scopes and roles that delegation and federation name. */
export function checkMentions(
  document: CatalogDocument,
  scopes: ReadonlyMap<string, CompiledScope>,
  findings: Finding[],
): void {
  const check = (names: readonly string[], at: DocumentPath): void => {
    for (const [index, name] of names.entries()) {
      const finding = scopeMention(scopes, name, [...at, index], findings);
      if (finding !== undefined) findings.push(finding);
    }
  };
  const roles = new Set(Object.keys(document.roles ?? {}));
  for (const [index, { actor, holding, may }] of (document.delegation ?? []).entries()) {
    const at = ['delegation', index];
    if ('role' in actor) {
      const path = [...at, 'actor', 'role'];
      if (isReservedName(actor.role)) {
        findings.push(reservedMention('role', actor.role, path));
      } else if (!roles.has(actor.role)) {
        findings.push(unknownRole(roles, actor.role, path, findings));
      }
    }
    check(holding, [...at, 'holding']);
    check(may, [...at, 'may']);
  }
  for (const [name, { rules }] of Object.entries(document.federation ?? {})) {
    for (const [index, rule] of rules.entries()) {
      const at = ['federation', name, 'rules', index];
      check(rule.scopes, [...at, 'scopes']);
      for (const [foreign, scope] of Object.entries(rule.translate?.names ?? {})) {
        const finding = scopeMention(
          scopes,
          scope,
          [...at, 'translate', 'names', foreign],
          findings,
        );
        if (finding !== undefined) findings.push(finding);
      }
    }
  }
}

/** What is wrong with the lives of deprecated scopes: their dates and their successors. */
export function checkDeprecations(
  document: CatalogDocument,
  scopes: ReadonlyMap<string, CompiledScope>,
  findings: Finding[],
): void {
  for (const [server, { resources }] of Object.entries(document.resourceServers)) {
    for (const [resource, { actions }] of Object.entries(resources)) {
      for (const [action, { deprecated }] of Object.entries(actions)) {
        if (deprecated === undefined) continue;
        const at = [
          'resourceServers',
          server,
          'resources',
          resource,
          'actions',
          action,
          'deprecated',
        ];
        const { since, sunset, successor } = deprecated;
        if (sunset !== undefined && sunset < since) {
          const message = `sunset ${sunset} comes before since ${since}`;
          findings.push(breach('deprecation-order', [...at, 'sunset'], message));
        }
        if (successor === undefined) continue;
        const path = [...at, 'successor'];
        const finding =
          successor === `${resource}:${action}`
            ? breach('successor-invalid', path, `\`${successor}\` is its own successor`)
            : scopeMention(scopes, successor, path, findings);
        if (finding !== undefined) findings.push(finding);
      }
    }
  }
}
