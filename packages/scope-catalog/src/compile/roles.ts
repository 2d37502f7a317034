import { BUILT_IN_ROLES, isReservedName } from '../built-in.ts';
import type { CompiledRole } from '../compiled-catalog.ts';
import type { RoleEntry } from '../document.ts';
import type { DocumentPath, Finding } from '../finding.ts';
import { breach, didYouMean } from '../rules.ts';
import { wildcardResource } from '../scope-name.ts';
import { nearest, reservedMention, unknownRole, unknownScope } from './mentions.ts';
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
      else if (!roles.has(parent)) findings.push(unknownRole(roles.keys(), parent, path, findings));
    }
    own.set(name, expand(entry.scopes ?? [], [...at, 'scopes'], compiled, findings));
  }
  inheritanceOrder(roles, findings);
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
      if (actions.length === 0) {
        findings.push(emptyWildcard(mention, resource, resources, path, findings));
      }
      for (const scope of actions) names.add(scope);
    } else if (scopes.has(mention)) {
      names.add(mention);
    } else {
      findings.push(unknownScope(scopes, mention, path, findings));
    }
  }
  return sorted(names);
}

function emptyWildcard(
  mention: string,
  resource: string,
  resources: ReadonlyMap<string, readonly string[]>,
  path: DocumentPath,
  before: readonly Finding[],
): Finding {
  const near = nearest(
    resource,
    resources.keys(),
    before,
    (name) => (resources.get(name)?.length ?? 0) > 0 && !isReservedName(name),
  );
  const hint = didYouMean(near.map((name) => `${name}:*`)) ?? 'define the resource and its actions';
  return breach('wildcard-empty', path, `\`${mention}\` matches no action`, hint);
}

/** A circle of more roles than this is told without its middle. */
const ROUND_SHOWN_MAX = 8;

/**
 * The roles in an order in which each follows those it inherits. Each cycle is told once, at the role where it
 * closes.
 *
 * It walks without calling itself: a chain may be as long as there are roles, and must not depend on how much of the
 * stack is left.
 */
function inheritanceOrder(
  roles: ReadonlyMap<string, RoleEntry>,
  findings: Finding[],
): ReadonlySet<string> {
  const order = new Set<string>();
  for (const root of roles.keys()) {
    const trail = new Map<string, number>(order.has(root) ? [] : [[root, 0]]);
    const line = [...trail.keys()];
    for (let name = line.at(-1); name !== undefined; name = line.at(-1)) {
      const index = trail.get(name) ?? 0;
      const parent = roles.get(name)?.inherits?.[index];
      trail.set(name, index + 1);
      if (parent === undefined) {
        order.add(name);
        trail.delete(name);
        line.pop();
      } else if (trail.has(parent)) {
        const round = writeRound([...line.slice(line.indexOf(parent)), parent]);
        findings.push(
          breach('role-cycle', ['roles', name, 'inherits', index], `${round} goes in a circle`),
        );
      } else if (!order.has(parent)) {
        trail.set(parent, 0);
        line.push(parent);
      }
    }
  }
  return order;
}

function writeRound(names: readonly string[]): string {
  const half = ROUND_SHOWN_MAX / 2;
  const cut = names.length > ROUND_SHOWN_MAX;
  const quoted = names.map((role) => `\`${role}\``);
  const shown = cut ? [...quoted.slice(0, half), '…', ...quoted.slice(-half)] : quoted;
  return shown.join(' → ');
}

/** INVARIANT: `roles` has no cycle and every inherited role is there. */
function flatten(
  roles: ReadonlyMap<string, RoleEntry>,
  own: ReadonlyMap<string, readonly string[]>,
  findings: Finding[],
): ReadonlyMap<string, CompiledRole> {
  const compiled = new Map<string, CompiledRole>();
  let expanded = 0;
  for (const name of inheritanceOrder(roles, findings)) {
    const { description = '', inherits = [] } = roles.get(name) ?? {};
    const ownScopes = own.get(name) ?? [];
    const parents = inherits.flatMap((parent) => compiled.get(parent) ?? []);
    const room = expanded <= EXPANDED_SCOPES_MAX;
    const all = room ? union(ownScopes, parents) : [];
    const scopes: ReadonlySet<string> = new Set(all);
    expanded += scopes.size;
    compiled.set(name, { name, description, inherits, ownScopes, scopes });
  }
  if (expanded > EXPANDED_SCOPES_MAX) {
    const most = String(EXPANDED_SCOPES_MAX);
    const message = `the roles expand to more than ${most} scopes`;
    findings.push(
      breach('catalog-too-large', ['roles'], message, 'let fewer roles inherit large ones'),
    );
  }
  return compiled;
}

function union(own: readonly string[], parents: readonly CompiledRole[]): readonly string[] {
  if (parents.length === 0) return own;
  const all = new Set(own);
  for (const { scopes } of parents) for (const scope of scopes) all.add(scope);
  return sorted(all);
}
