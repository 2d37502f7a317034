import { present } from '@ambit/scope-catalog';
import type { AdminClient, CatalogPlan, Publication } from '@ambit/sdk';
import { ONLINE } from '../../command.ts';
import type { Answer } from '../../output/answer.ts';
import type { Command } from '../../command.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../failure.ts';
import { countFindings, hasFindings, STRICT, writeFindings } from '../../output/findings.ts';
import { writePlan } from '../../output/plan.ts';
import { readPlanFile, targetOf } from './plan-file.ts';
import type { PlanFile, PlanTarget } from './plan-file.ts';

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
    if (comment.trim() === '') throw new Failure('usage', 'the comment is empty', 'say why');
    const kept = readPlanFile(text, file);
    const target = kept === undefined ? { source: text, file } : targetOf(kept);
    const api = await context.api();
    if ('source' in target) await check(target, input.has('--strict'), api, context);
    const plan = await api.catalog.plan(target);
    if (kept !== undefined) holdToPlan(plan, kept, file);
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
  context.note(writePlan(plan, context.notePalette));
  if (plan.version !== base) await context.confirm('Make this the active version?');
  const publication =
    'source' in target
      ? await api.catalog.publish({
          source: target.source,
          file: target.file,
          comment: comment ?? '',
          base,
          assignments,
        })
      : await api.catalog.activate(target.version, { ...present({ comment }), base, assignments });
  return { data: publication, text: writePublication(publication) };
}

/**
 * Holds a plan in a file against the one that would be made now: it counts only for the state it was made against, and
 * what it says is not believed, since whoever handed it on may have edited it.
 */
function holdToPlan(now: CatalogPlan, kept: PlanFile, file: string): void {
  const moved =
    now.base !== kept.base
      ? `version ${String(now.base)} is active, the plan was made against version ${String(kept.base)}`
      : now.assignments !== kept.assignments
        ? 'role assignments have changed since the plan was made'
        : undefined;
  if (moved !== undefined) throw new Failure('changed', moved, 'plan again');
  if (now.digest !== kept.digest) {
    throw new Failure('failed', `\`${file}\` does not hold what was planned`, 'plan again');
  }
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
  context.io.stderr(writeFindings(findings, context.notePalette));
  if (hasFindings(findings, strict)) {
    throw new Failure(
      'findings',
      `nothing was published: ${countFindings(findings)} in \`${file}\``,
    );
  }
}
