import type { CatalogPlan } from '@ambit/sdk';
import { ONLINE } from '../../command.ts';
import type { Command } from '../../command.ts';
import type { Input } from '../../syntax.ts';
import type { Context } from '../../context.ts';
import { errorCode, Failure } from '../../failure.ts';
import { isEmptyPlan, writePlan } from '../../output/plan.ts';
import { decodeVersion } from '../../version-number.ts';
import { writePlanFile } from './plan-file.ts';
import type { PlanTarget } from './plan-file.ts';

/** `ambit catalog plan`. */
export const plan: Command = {
  name: 'catalog plan',
  summary: 'Shows who would gain and lose which scope, and what else would change',
  about:
    'Changes nothing. A plan kept by `--out` can be published later, as long as neither the active version nor the role assignments have moved.',
  arguments: [{ name: 'FILE', about: 'a catalog in YAML or JSON, or `-`', optional: true }],
  options: [
    { flag: '--version', value: 'N', about: 'plan the way back to this version instead' },
    { flag: '--out', value: 'PLAN', about: 'file to keep the plan in, for `catalog publish`' },
    { flag: '--exit-code', about: 'exit 5 if anything would change' },
  ],
  example: 'ambit catalog plan catalog.yaml --out plan.json',
  exits: [...ONLINE, 'findings'],
  async run(input, context) {
    const target = await readTarget(input, context);
    const made = await (await context.api()).catalog.plan(target);
    const out = input.value('--out');
    if (out !== undefined) await keep(made, target, out, context);
    return {
      data: made,
      text: writePlan(made, context.palette),
      exit: input.has('--exit-code') && !isEmptyPlan(made) ? 'findings' : 'done',
    };
  },
};

async function readTarget(input: Input, context: Context): Promise<PlanTarget> {
  const file = input.optionalArgument('FILE');
  const version = input.value('--version');
  if ((file === undefined) === (version === undefined)) {
    throw new Failure('usage', 'what to plan is not clear', 'give either FILE or `--version N`');
  }
  return file === undefined
    ? { version: decodeVersion(version ?? '') }
    : { source: await context.read(file), file };
}

async function keep(
  made: CatalogPlan,
  target: PlanTarget,
  out: string,
  context: Context,
): Promise<void> {
  try {
    await context.io.writeFile(out, writePlanFile(made, target));
  } catch (error) {
    throw new Failure('failed', `cannot write \`${out}\` (${errorCode(error)})`);
  }
  context.note(`wrote ${out}; carry it out by \`ambit catalog publish ${out} --comment TEXT\``);
}
