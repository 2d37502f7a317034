import type { AccessExplanation } from '@ambit/sdk';
import type { Palette } from './palette.ts';
import { printable } from './table.ts';

/** A decision in the words of someone who explains it: yes or no, why, and what would help. */
export function writeDecision(explanation: AccessExplanation, palette: Palette): string {
  const { client, scope, entitled, reasons, would_help: wouldHelp } = explanation;
  const answer = entitled
    ? `${palette.good('yes')}: ${client} is entitled to ${scope}`
    : `${palette.bad('no')}: ${client} is not entitled to ${scope}`;
  const [first] = wouldHelp;
  return [
    answer,
    ...reasons.map((reason) => `  because ${printable(reason)}`),
    ...(first === undefined
      ? []
      : [
          `it would, with ${wouldHelp.length === 1 ? 'the role' : 'one of the roles'} ${wouldHelp.join(', ')}:`,
          `  ambit role assign ${client} ${first}`,
        ]),
  ].join('\n');
}
