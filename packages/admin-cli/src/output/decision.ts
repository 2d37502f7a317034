import type { AccessExplanation } from '@ambit/sdk';
import type { Palette } from './palette.ts';
import { printable } from './table.ts';

/** A decision in the words of someone who explains it: yes or no, why, by which road, and what would help. */
export function writeDecision(explanation: AccessExplanation, palette: Palette): string {
  const { client, scope, entitled, reasons, paths, would_help: wouldHelp } = explanation;
  const answer = entitled
    ? `${palette.good('yes')}: ${client} may have ${scope}`
    : `${palette.bad('no')}: ${client} may not have ${scope}`;
  const roads = paths.filter((path) => path.length > 1).map((path) => path.join(' inherits '));
  const [first] = wouldHelp;
  return [
    answer,
    ...reasons.map((reason) => `  because ${printable(reason)}`),
    ...roads.map((road) => `  by way of ${printable(road)}`),
    ...(first === undefined
      ? []
      : [
          `it would, with ${wouldHelp.length === 1 ? 'the role' : 'one of the roles'} ${wouldHelp.join(', ')}:`,
          `  ambit role assign ${client} ${first}`,
        ]),
  ].join('\n');
}
