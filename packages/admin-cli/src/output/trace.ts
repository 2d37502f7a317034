import type { TokenTrace, WireGrantedScope, WireTracedToken } from '@ambit/sdk';
import type { Palette } from './palette.ts';
import { printable } from './printable.ts';

/** A tree of exchanges: each token in a few lines, below the one that it was exchanged for. */
export function writeTrace({ jti, root }: TokenTrace, palette: Palette): string {
  return writeBranch(root, jti, palette).join('\n');
}

function writeBranch(token: WireTracedToken, named: string, palette: Palette): readonly string[] {
  const { children, omitted } = token;
  const branches = children.map((child) => writeBranch(child, named, palette));
  if (omitted !== undefined) branches.push([palette.careful(`and ${String(omitted)} more`)]);
  return [
    ...writeToken(token, named, palette, branches.length > 0),
    ...branches.flatMap((lines, index) => hang(lines, index === branches.length - 1, palette)),
  ];
}

/** Lines below the branch that leads to them. */
const hang = (lines: readonly string[], last: boolean, { faint }: Palette): readonly string[] =>
  lines.map((line, index) =>
    index === 0 ? `${faint(last ? '└─' : '├─')} ${line}` : `${last ? '  ' : faint('│ ')} ${line}`,
  );

function writeToken(
  token: WireTracedToken,
  named: string,
  palette: Palette,
  hasChildren: boolean,
): readonly string[] {
  const { audience, reason = 'inactive' } = token;
  const state = token.active ? palette.good('active') : palette.bad(reason.replaceAll('_', ' '));
  const lines = [
    ...token.scopes.map((scope) => writeScope(scope, token, palette)),
    palette.faint(
      `issued ${token.issued_at}, expires ${token.expires_at}, catalog version ${String(token.catalog_version)}`,
    ),
    palette.faint(`jti ${printable(token.jti)}${token.jti === named ? ', which you named' : ''}`),
  ];
  const edge = hasChildren ? palette.faint('│ ') : '  ';
  return [
    `${whoOf(token, palette)} at ${printable(audience)}: ${state}`,
    ...lines.map((line) => `${edge} ${line}`),
  ];
}

/** Who asked, and on whose behalf; a workload by its name elsewhere too. */
function whoOf({ client, subject, external }: WireTracedToken, { strong }: Palette): string {
  const workload = external && `workload ${JSON.stringify(external.subject)} of ${external.issuer}`;
  const behalf = client === subject ? '' : ` for ${subject}`;
  return `${strong(printable(client))}${printable(`${workload ? ` (${workload})` : ''}${behalf}`)}`;
}

function writeScope(
  scope: string,
  { live, granted_by: grantedBy }: WireTracedToken,
  palette: Palette,
): string {
  const lost = live.includes(scope) ? '' : palette.bad(' (not live)');
  const source = grantedBy.find((each) => each.scope === scope);
  return `${printable(scope)}${lost}${source === undefined ? '' : `, ${writeSource(source)}`}`;
}

/** By what an exchange granted a scope. */
function writeSource({ rule }: WireGrantedScope): string {
  if (rule === undefined) return 'carried on';
  const actor = 'role' in rule.actor ? `role ${rule.actor.role}` : `client ${rule.actor.client}`;
  const depth = rule.maxDepth === undefined ? '' : ` to a depth of ${String(rule.maxDepth)}`;
  return printable(
    `by the rule: ${actor} holding ${rule.holding.join(' ')} may ${rule.may.join(' ')}${depth}`,
  );
}
