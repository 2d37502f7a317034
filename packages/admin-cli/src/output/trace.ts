import type { WireGrantedScope, WireTracedToken } from '@ambit/sdk';
import type { Palette } from './palette.ts';
import { printable } from './printable.ts';

/** A tree of exchanges: each token in a few lines, below the one that it was exchanged for. */
export function writeTrace(root: WireTracedToken, palette: Palette): string {
  return writeBranch(root, palette).join('\n');
}

function writeBranch(token: WireTracedToken, palette: Palette): readonly string[] {
  const { children, omitted } = token;
  const branches = children.map((child) => writeBranch(child, palette));
  if (omitted !== undefined) branches.push([palette.careful(`and ${String(omitted)} more`)]);
  return [
    ...writeToken(token, palette, branches.length > 0),
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
  palette: Palette,
  hasChildren: boolean,
): readonly string[] {
  const { client, subject, audience, reason = 'inactive' } = token;
  const who = client === subject ? palette.strong(printable(client)) : actorOf(token, palette);
  const state = token.active ? palette.good('active') : palette.bad(reason.replaceAll('_', ' '));
  const lines = [
    ...token.scopes.map((scope) => writeScope(scope, token, palette)),
    palette.faint(
      `${token.issued_at} to ${token.expires_at}, catalog version ${String(token.catalog_version)}`,
    ),
    palette.faint(`jti ${printable(token.jti)}`),
  ];
  const edge = hasChildren ? palette.faint('│ ') : '  ';
  return [`${who} at ${printable(audience)}: ${state}`, ...lines.map((line) => `${edge} ${line}`)];
}

const actorOf = ({ client, subject }: WireTracedToken, { strong }: Palette): string =>
  `${strong(printable(client))} for ${printable(subject)}`;

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
