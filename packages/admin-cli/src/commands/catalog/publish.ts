import type { AdminClient, CatalogPlan, Publication } from '@ambit/sdk';
import { ONLINE } from '../../command.ts';
import type { Answer, Command } from '../../command.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../failure.ts';
import { countFindings, hasFindings, STRICT, writeFindings } from '../../output/findings.ts';
import { createPalette } from '../../output/palette.ts';
import { writePlan } from '../../output/plan.ts';
import { readPlanFile } from './plan-file.ts';
import type { PlanTarget } from './plan-file.ts';

/** `ambit catalog publish`. */
export const publish: Command = {
  name: 'catalog publish',
  summary: 'Publishes a catalog, or carries out a plan, as the new active version',
  about:
    'Shows the plan first. What was shown is what is published: if the active version or a role assignment moves meanwhile, nothing is. A catalog with errors publishes nothing and shows all of them.',
  arguments: [{ name: 'FILE|PLAN', about: 'a catalog, a plan of `catalog plan --out`, or `-`' }],
  options: [
    {
      flag: '--comment',
      value: 'TEXT',
      about: 'why, for those who read the history',
      required: true,
    },
    STRICT,
  ],
  example: "ambit catalog publish catalog.yaml --comment 'refunds for support' --yes",
  exits: [...ONLINE, 'changed', 'findings'],
  changes: true,
  async run(input, context) {
    const file = input.argument('FILE|PLAN');
    const text = await context.read(file);
    const comment = input.value('--comment') ?? '';
    const kept = readPlanFile(text, file);
    const target: PlanTarget = kept ?? { source: text, file };
    const api = await context.api();
    if ('source' in target) await check(target, input.has('--strict'), api, context);
    const plan = kept ?? (await api.catalog.plan(target));
    return carryOut(plan, target, comment, api, context);
  },
};

/**
 * Shows a plan, asks, and activates its target, pinned to what the plan was made against.
 *
 * A publish and a rollback take this same road.
 */
export async function carryOut(
  plan: CatalogPlan,
  target: PlanTarget,
  comment: string | undefined,
  api: AdminClient,
  context: Context,
): Promise<Answer> {
  const { base, assignments } = plan;
  context.note(writePlan(plan, createPalette(false)));
  if (plan.version !== base) await context.confirm('Make this the active version?');
  const words = comment === undefined ? {} : { comment };
  const publication =
    'source' in target
      ? await api.catalog.publish({
          source: target.source,
          file: target.file,
          comment: comment ?? '',
          base,
          assignments,
        })
      : await api.catalog.activate(target.version, { ...words, base, assignments });
  return { data: publication, text: writePublication(publication) };
}

const writePublication = ({ version, digest, changed }: Publication): string =>
  changed
    ? `version ${String(version)} is active (${digest})`
    : `version ${String(version)} is active already and holds just this; nothing was changed`;

async function check(
  { source, file }: { readonly source: string; readonly file: string },
  strict: boolean,
  api: AdminClient,
  context: Context,
): Promise<void> {
  const { findings } = await api.catalog.lint(source, file);
  context.io.stderr(writeFindings(findings, createPalette(false)));
  if (hasFindings(findings, strict)) {
    throw new Failure(
      'findings',
      `nothing was published: ${countFindings(findings)} in \`${file}\``,
    );
  }
}
