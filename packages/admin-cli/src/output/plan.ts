import type { CatalogPlan, DelegationReach, EntitlementChange } from '@ambit/sdk';
import { writeChange } from './changes.ts';
import type { Palette } from './palette.ts';
import { printable } from './printable.ts';

/** Whether a plan would change nothing that anyone could notice. */
export const isEmptyPlan = (plan: CatalogPlan): boolean =>
  [
    plan.gains,
    plan.losses,
    plan.changes,
    plan.revived,
    plan.dormant,
    plan.suspended,
    plan.resumed,
    plan.delegation.gains,
    plan.delegation.losses,
    plan.broken_defaults,
  ].every((part) => part.length === 0);

/** A plan for a reviewer: in sum first, then who gains and loses, then everything else that moves. */
export function writePlan(plan: CatalogPlan, palette: Palette): string {
  const target = plan.version === undefined ? 'this document' : `version ${String(plan.version)}`;
  const head = `plan: from version ${String(plan.base)} to ${target}`;
  if (isEmptyPlan(plan) && plan.summary.length === 0) return `${head}\nnothing changes`;
  const { good, bad, careful, strong } = palette;
  const sections = [
    section(
      'clients gain',
      plan.gains.map((gain) => good(`+ ${writeEntitlement(gain)}`)),
    ),
    section(
      'clients lose',
      plan.losses.map((loss) => bad(`- ${writeEntitlement(loss)}`)),
    ),
    section(
      'clients may ask for on behalf of others',
      plan.delegation.gains.map((reach) => good(`+ ${writeReach(reach)}`)),
    ),
    section(
      'clients may no longer ask for on behalf of others',
      plan.delegation.losses.map((reach) => bad(`- ${writeReach(reach)}`)),
    ),
    section(
      'you yourself would gain',
      plan.publisher_gains.map((scope) => careful(`! ${scope}`)),
    ),
    section(
      'roles that clients hold come back',
      plan.revived.map(({ client, role }) => careful(`+ ${client}: ${role}`)),
    ),
    section(
      'roles that clients hold go, and lie dormant',
      plan.dormant.map(({ client, role }) => careful(`- ${client}: ${role}`)),
    ),
    section(
      'credentials of resource servers are suspended',
      plan.suspended.map((one) => bad(`! ${one.client}: ${one.resource_server} (${one.audience})`)),
    ),
    section(
      'credentials of resource servers work again',
      plan.resumed.map((one) => good(`+ ${one.client}: ${one.resource_server} (${one.audience})`)),
    ),
    section(
      'default scopes that clients are not entitled to any more',
      plan.broken_defaults.map(({ client, scope }) => careful(`! ${client}: ${scope}`)),
    ),
    section(
      'the catalog changes',
      plan.changes.map((change) => writeChange(change, palette)),
    ),
  ];
  return [strong(head), ...plan.summary.map(printable), ...sections.flat()].join('\n');
}

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)];

function writeEntitlement({ client, role, scope, revived, disabled }: EntitlementChange): string {
  const remarks = [revived ? 'role revived' : [], disabled ? 'client disabled' : []].flat();
  const tail = remarks.length === 0 ? '' : ` (${remarks.join('; ')})`;
  return printable(`${client}: ${scope} through ${role}${tail}`);
}

function writeReach({
  client,
  scope,
  holding,
  max_depth: depth,
  disabled,
}: DelegationReach): string {
  const tail = disabled === true ? ' (client disabled)' : '';
  return printable(
    `${client}: ${scope}, holding ${holding.join(' ')}, ${String(depth)} deep${tail}`,
  );
}
