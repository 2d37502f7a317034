import { BUILT_IN_ROLES, isReservedName } from '../built-in.ts';
import type { CompiledRole } from '../compiled-catalog.ts';
import type { RoleEntry } from '../document.ts';
import type { DocumentPath, Finding } from '../finding.ts';
import { breach, didYouMean } from '../rules.ts';
import { wildcardResource } from '../scope-name.ts';
import { suggestNames } from '../suggest-names.ts';
import { reservedMention, unknownRole, unknownScope } from './mentions.ts';
import type { CompiledServers } from './resource-servers.ts';
import { sorted } from './sorted.ts';

/** Roles of one catalog expand to at most this many scopes together, so that no document exhausts the memory. */
export const EXPANDED_SCOPES_MAX = 1_000_000;

/** Resolves roles: wildcards expanded, inheritance flattened; every mistake in them is a finding. */
export function compileRoles(
  entries: Readonly<Record<string, RoleEntry>>,
  compiled: CompiledServers,
  findings: Finding[],
): ReadonlyMap<string, CompiledRole> {
  const roles = new Map<string, RoleEntry>(Object.entries(entries));
  const own = new Map<string, readonly string[]>();
  for (const [name, entry] of roles) {
    const at = ['roles', name];
    if (isReservedName(name)) findings.push(reservedMention('role', name, at));
    for (const [index, parent] of (entry.inherits ?? []).entries()) {
      const path = [...at, 'inherits', index];
      if (isReservedName(parent)) findings.push(reservedMention('role', parent, path));
      else if (!roles.has(parent)) findings.push(unknownRole(roles.keys(), parent, path));
    }
    own.set(name, expand(entry.scopes ?? [], [...at, 'scopes'], compiled, findings));
  }
  findCycles(roles, findings);
  if (findings.length > 0) return new Map();

  for (const [name, entry] of Object.entries(BUILT_IN_ROLES)) {
    roles.set(name, entry);
    own.set(name, expand(entry.scopes ?? [], [], compiled, findings));
  }
  return flatten(roles, own, findings);
}

function expand(
  mentions: readonly string[],
  at: DocumentPath,
  { scopes, resources }: CompiledServers,
  findings: Finding[],
): readonly string[] {
  const names = new Set<string>();
  for (const [index, mention] of mentions.entries()) {
    const path = [...at, index];
    const resource = wildcardResource(mention);
    if (at.length > 0 && isReservedName(mention)) {
      findings.push(reservedMention('scope', mention, path));
    } else if (resource !== undefined) {
      const actions = resources.get(resource) ?? [];
      if (actions.length === 0) findings.push(emptyWildcard(mention, resource, resources, path));
      for (const scope of actions) names.add(scope);
    } else if (scopes.has(mention)) names.add(mention);
    else findings.push(unknownScope(scopes, mention, path));
  }
  return sorted(names);
}

function emptyWildcard(
  mention: string,
  resource: string,
  resources: ReadonlyMap<string, readonly string[]>,
  path: DocumentPath,
): Finding {
  const candidates = [...resources].filter(
    ([name, actions]) => actions.length > 0 && !isReservedName(name),
  );
  const near = suggestNames(
    resource,
    candidates.map(([name]) => name),
  );
  const hint = didYouMean(near.map((name) => `${name}:*`)) ?? 'define the resource and its actions';
  return breach('wildcard-empty', path, `\`${mention}\` matches no action`, hint);
}

/** Tells each cycle once, at the role where it closes. */
function findCycles(roles: ReadonlyMap<string, RoleEntry>, findings: Finding[]): void {
  const done = new Set<string>();
  const visit = (name: string, trail: readonly string[]): void => {
    if (done.has(name)) return;
    for (const [index, parent] of (roles.get(name)?.inherits ?? []).entries()) {
      const line = [...trail, name];
      const start = line.indexOf(parent);
      if (start >= 0) {
        const round = [...line.slice(start), parent].map((role) => `\`${role}\``).join(' → ');
        findings.push(
          breach('role-cycle', ['roles', name, 'inherits', index], `${round} goes in a circle`),
        );
      } else visit(parent, line);
    }
    done.add(name);
  };
  for (const name of roles.keys()) visit(name, []);
}

/** INVARIANT: `roles` has no cycle and every inherited role is there. */
function flatten(
  roles: ReadonlyMap<string, RoleEntry>,
  own: ReadonlyMap<string, readonly string[]>,
  findings: Finding[],
): ReadonlyMap<string, CompiledRole> {
  const compiled = new Map<string, CompiledRole>();
  let expanded = 0;
  const resolve = (name: string): CompiledRole => {
    const known = compiled.get(name);
    if (known !== undefined) return known;
    const { description = '', inherits = [] } = roles.get(name) ?? {};
    const ownScopes = own.get(name) ?? [];
    const parents = inherits.map(resolve);
    const room = expanded <= EXPANDED_SCOPES_MAX;
    const all = room ? union(ownScopes, parents) : [];
    const scopes: ReadonlySet<string> = new Set(all);
    expanded += scopes.size;
    const role: CompiledRole = { name, description, inherits, ownScopes, scopes };
    compiled.set(name, role);
    return role;
  };
  for (const name of sorted(roles.keys())) resolve(name);
  if (expanded > EXPANDED_SCOPES_MAX) {
    const most = String(EXPANDED_SCOPES_MAX);
    const message = `the roles expand to more than ${most} scopes`;
    findings.push(
      breach('catalog-too-large', ['roles'], message, 'let fewer roles inherit large ones'),
    );
  }
  return compiled;
}

const union = (own: readonly string[], parents: readonly CompiledRole[]): readonly string[] => {
  if (parents.length === 0) return own;
  const all = new Set(own);
  for (const { scopes } of parents) for (const scope of scopes) all.add(scope);
  return sorted(all);
};
