import type { CatalogChange, DelegationRule } from '@ambit/sdk';
import { describeFederation } from './federation-changes.ts';
import { writeField } from './field.ts';
import type { Palette } from './palette.ts';
import { printable } from './printable.ts';

/** One difference between catalogs as a line that begins with `+`, `-` or `~`. */
export function writeChange(change: CatalogChange, palette: Palette): string {
  const [sign, words] = describe(change);
  const line = printable(`${sign} ${words}`);
  switch (sign) {
    case '+':
      return palette.good(line);
    case '-':
      return palette.bad(line);
    case '~':
      return palette.careful(line);
  }
}

function describe(change: CatalogChange): readonly ['+' | '-' | '~', string] {
  switch (change.kind) {
    case 'scope_added':
      return ['+', `scope ${change.scope} of ${change.resource_server}`];
    case 'scope_removed':
      return ['-', `scope ${change.scope} of ${change.resource_server}`];
    case 'scope_changed':
      return ['~', `scope ${change.scope}: ${writeField(change)}`];
    case 'scope_moved':
      return ['~', `scope ${change.scope}: audience ${change.from} -> ${change.to}`];
    case 'resource_server_added':
      return ['+', `resource server ${change.resource_server} (${change.audience})`];
    case 'resource_server_removed':
      return ['-', `resource server ${change.resource_server} (${change.audience})`];
    case 'resource_server_changed':
      return ['~', `resource server ${change.resource_server}: ${writeField(change)}`];
    case 'role_added':
      return ['+', `role ${change.role}`];
    case 'role_removed':
      return ['-', `role ${change.role}`];
    case 'role_changed':
      return ['~', `role ${change.role}: ${writeField(change)}`];
    case 'role_gains':
      return ['+', `role ${change.role} grants ${change.scope}`];
    case 'role_loses':
      return ['-', `role ${change.role} grants ${change.scope} no more`];
    case 'catalog_renamed':
      return ['~', `the catalog's name: ${change.from} -> ${change.to}`];
    case 'delegation_rule_added':
      return ['+', `delegation: ${writeRule(change.rule)}`];
    case 'delegation_rule_removed':
      return ['-', `delegation: ${writeRule(change.rule)}`];
    case 'delegation_rule_changed':
      return ['~', `delegation: ${writeRule(change.rule)}: ${writeField(change)}`];
    default:
      return describeFederation(change);
  }
}

function writeRule({ actor, holding, may }: DelegationRule): string {
  const who = 'role' in actor ? `role ${actor.role}` : `client ${actor.client}`;
  return `${who}, holding ${holding.join(' ') || 'anything'}, may ${may.join(' ')}`;
}
