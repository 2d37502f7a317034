import { ONLINE } from '../command.ts';
import type { Command } from '../command.ts';
import type { Context } from '../context.ts';
import { examine } from '../doctor/examine.ts';
import type { Check, CheckStatus } from '../doctor/check.ts';
import type { Palette } from '../output/palette.ts';
import { writeTable } from '../output/table.ts';

/** `ambit doctor`. */
export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'Looks for the common mistakes, and says how to mend each',
  about:
    'Looks at the configuration, the road to the server, its name, its clock, your credentials and how long they last, the signing keys and the scopes that are about to retire.',
  example: 'ambit doctor',
  exits: [...ONLINE, 'findings'],
  async run(_input, context) {
    const { checks, reachable } = await examine(context.selection, context.io);
    const bad = checks.some(({ status }) => status === 'warn' || status === 'fail');
    return {
      data: { checks },
      text: writeChecks(checks, context),
      exit: reachable ? (bad ? 'findings' : 'done') : 'unreachable',
    };
  },
};

function writeChecks(checks: readonly Check[], { palette }: Context): string {
  const rows = checks.map(({ check, status, message }) => [
    { word: status, paint: paintOf(status, palette) },
    check,
    message,
  ]);
  const hints = checks.flatMap(({ check, hint }) =>
    hint === undefined ? [] : `${check}: ${hint}`,
  );
  const todo = hints.length === 0 ? [] : ['', 'what to do:', ...hints.map((hint) => `  ${hint}`)];
  return [writeTable(['STATE', 'CHECK', 'FOUND'], rows, palette), ...todo].join('\n');
}

function paintOf(status: CheckStatus, palette: Palette): (text: string) => string {
  switch (status) {
    case 'ok':
      return palette.good;
    case 'warn':
      return palette.careful;
    case 'fail':
      return palette.bad;
    case 'skipped':
      return palette.faint;
  }
}
