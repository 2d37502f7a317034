import type { AccessExplanation, DelegationExplanation } from '@ambit/sdk';
import type { Palette } from './palette.ts';
import { printable } from './printable.ts';

/** A decision in the words of someone who explains it: yes or no, why, and which roles would help. */
export function writeDecision(explanation: AccessExplanation, palette: Palette): string {
  const { client, scope, entitled, state, reasons } = explanation;
  const { would_help: wouldHelp, on_behalf: onBehalf } = explanation;
  const answer =
    entitled && state !== 'retired'
      ? `${palette.good('yes')}: ${client} may have ${scope}`
      : `${palette.bad('no')}: ${client} may not have ${scope}`;
  const [first] = wouldHelp;
  return [
    answer,
    ...reasons.map((reason) => `  because ${printable(reason)}`),
    ...(first === undefined
      ? []
      : [`roles that grant it: ${wouldHelp.join(', ')}`, `  ambit role assign ${client} ${first}`]),
    ...onBehalf.flatMap(({ rule, holding }) => [
      printable(
        `on behalf of whoever holds ${holding.join(' ') || 'anything'}, by delegation[${String(rule)}]:`,
      ),
      printable(`  ambit access explain ${client} ${scope}${holdingOf(holding)}`),
    ]),
  ].join('\n');
}

const holdingOf = (holding: readonly string[]): string =>
  (holding.length === 0 ? ['SCOPE'] : holding).map((scope) => ` --holding ${scope}`).join('');

/** A decision on behalf of somebody else, in the same words. */
export function writeDelegation(told: DelegationExplanation, palette: Palette): string {
  const { client, scope, holding, granted, reasons } = told;
  const what = `${client} may ${granted ? '' : 'not '}have ${scope} on behalf of whoever holds ${holding.join(' ')}`;
  return [
    `${granted ? palette.good('yes') : palette.bad('no')}: ${printable(what)}`,
    ...reasons.map((reason) => `  because ${printable(reason)}`),
  ].join('\n');
}
