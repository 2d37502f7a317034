import type { RoleEntry } from '../document.ts';
import type { DocumentPath, Finding } from '../finding.ts';
import { wildcardResource } from '../scope-name.ts';
import type { DocumentIndex } from './document-index.ts';
import { undescribed } from './lint-resource-servers.ts';
import { advice } from './lint-rules.ts';

/** What there is to say about roles, and about scopes that none of them grants. */
export function* lintRoles(index: DocumentIndex): Iterable<Finding> {
  for (const [name, role] of index.roles) {
    const path = ['roles', name];
    if (role.description === undefined) yield undescribed(path, 'role', name);
    const findings = [
      ...lintReach(index, name, path),
      ...lintInheritance(index, name, role, path),
      ...lintEntries(index, name, role, path),
      ...lintSuccessors(index, name, path),
    ];
    if (index.exhausted) {
      const message = `roles inherit too much to be looked through, from \`${name}\` on`;
      yield advice('roles-unchecked', path, message, 'let fewer roles inherit large ones');
      return;
    }
    yield* findings;
  }
  yield* lintUnused(index);
}

function* lintReach(index: DocumentIndex, name: string, path: DocumentPath): Iterable<Finding> {
  const granted = [...index.granted(name)];
  if (granted.length === 0 && !index.isActor(name)) {
    yield advice(
      'role-empty',
      path,
      `role \`${name}\` grants nothing`,
      'add a scope, or remove the role',
    );
  } else if (granted.length > 0 && granted.every((scope) => index.isRetired(scope))) {
    const message = `every scope that role \`${name}\` grants is retired`;
    yield advice('role-unreachable', path, message, 'grant what stays, or remove the role');
  }
}

function* lintInheritance(
  index: DocumentIndex,
  name: string,
  role: RoleEntry,
  path: DocumentPath,
): Iterable<Finding> {
  const parents = (role.inherits ?? []).filter((parent) => !index.lineage(parent).has(name));
  const brought = new Map<string, string>();
  for (const parent of parents) {
    for (const ancestor of index.lineage(parent)) {
      if (ancestor !== parent) brought.set(ancestor, parent);
    }
  }
  for (const parent of parents) {
    const other = brought.get(parent);
    if (other === undefined) continue;
    const at = role.inherits?.indexOf(parent) ?? 0;
    const message = `role \`${name}\` inherits \`${parent}\`, which \`${other}\` brings already`;
    yield advice('inherits-redundant', [...path, 'inherits', at], message, `remove \`${parent}\``);
  }
  const granted = index.granted(name);
  const same = parents.find((parent) => index.granted(parent).size === granted.size);
  if (same === undefined || granted.size === 0) return;
  const message = `role \`${name}\` grants exactly what \`${same}\` grants, which it inherits`;
  yield advice('role-adds-nothing', path, message, `assign \`${same}\` instead`);
}

function* lintEntries(
  index: DocumentIndex,
  name: string,
  role: RoleEntry,
  path: DocumentPath,
): Iterable<Finding> {
  const entries = role.scopes ?? [];
  const resources = new Set(entries.flatMap((entry) => wildcardResource(entry) ?? []));
  const inherited = new Map<string, string>();
  for (const parent of role.inherits ?? []) {
    if (index.lineage(parent).has(name)) continue;
    for (const scope of index.granted(parent)) inherited.set(scope, parent);
  }
  for (const [at, entry] of entries.entries()) {
    const here = [...path, 'scopes', at];
    if (wildcardResource(entry) !== undefined) {
      const high = index
        .expand(entry)
        .filter((scope) => index.scopes.get(scope)?.action.risk === 'high');
      if (high.length > 0) {
        const message = `\`${entry}\` in role \`${name}\` grants high-risk ${listed(high)}`;
        yield advice('wildcard-high-risk', here, message, 'name each scope that the role needs');
      }
      continue;
    }
    if (!index.scopes.has(entry)) continue;
    const parent = inherited.get(entry);
    const wildcard = entry.slice(0, entry.lastIndexOf(':'));
    if (resources.has(wildcard)) {
      const message = `role \`${name}\` lists \`${entry}\` beside \`${wildcard}:*\``;
      yield advice('scope-redundant', here, message, 'remove one of them');
    } else if (parent !== undefined) {
      const message = `role \`${name}\` lists \`${entry}\`, which it inherits from \`${parent}\``;
      yield advice('scope-redundant', here, message, `remove \`${entry}\` here`);
    }
    if (index.isRetired(entry)) {
      const message = `role \`${name}\` names \`${entry}\`, which is retired`;
      yield advice('role-grants-retired', here, message, 'remove it from the role');
    }
  }
}

/** Whoever is granted a scope that goes should be granted the one that comes. */
function* lintSuccessors(
  index: DocumentIndex,
  name: string,
  path: DocumentPath,
): Iterable<Finding> {
  const granted = index.granted(name);
  for (const scope of index.own(name)) {
    const successor = index.scopes.get(scope)?.action.deprecated?.successor;
    if (successor === undefined || granted.has(successor) || !index.scopes.has(successor)) continue;
    const message = `role \`${name}\` grants deprecated \`${scope}\`, but not its successor \`${successor}\``;
    yield advice('successor-not-granted', [...path, 'scopes'], message, `add \`${successor}\``);
  }
}

function* lintUnused(index: DocumentIndex): Iterable<Finding> {
  if (index.scopes.size === 0) return;
  if (index.roles.size === 0) {
    const message = 'the catalog has no roles, so that nobody can be granted its scopes';
    yield advice('roles-missing', [], message, 'add a section `roles`');
    return;
  }
  const used = new Set<string>();
  for (const role of index.roles.keys()) for (const scope of index.own(role)) used.add(scope);
  for (const rule of index.document.delegation ?? []) for (const scope of rule.may) used.add(scope);
  for (const { name, path } of index.scopes.values()) {
    if (used.has(name) || index.isRetired(name)) continue;
    const message = `\`${name}\` is granted by no role and no delegation rule`;
    yield advice('scope-unused', path, message, 'add it to a role, or remove it');
  }
}

const SHOWN = 3;

function listed(names: readonly string[]): string {
  const shown = names
    .slice(0, SHOWN)
    .map((name) => `\`${name}\``)
    .join(', ');
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown;
}
