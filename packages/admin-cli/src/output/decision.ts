import type { AccessExplanation } from '@ambit/sdk';
import type { Palette } from './palette.ts';
import { printable } from './printable.ts';

/** A decision in the words of someone who explains it: yes or no, why, and which roles would help. */
export function writeDecision(explanation: AccessExplanation, palette: Palette): string {
  const { client, scope, entitled, state, reasons, would_help: wouldHelp } = explanation;
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
  ].join('\n');
}
