import type { CatalogPlan } from '@ambit/sdk';
import { Failure } from '../../failure.ts';

/** What a plan is about: a document's text, or a version that exists. */
export type PlanTarget =
  { readonly source: string; readonly file: string } | { readonly version: number };

/** A plan in a file: it is carried out only while base and assignments still are what they were. */
export type PlanFile = { readonly format: typeof FORMAT } & CatalogPlan & PlanTarget;

const FORMAT = 'ambit-plan/1';

/** The text of a plan file. */
export const writePlanFile = (plan: CatalogPlan, target: PlanTarget): string =>
  `${JSON.stringify({ format: FORMAT, ...plan, ...target }, null, 2)}\n`;

/** What a plan in a file is about. */
export const targetOf = (plan: PlanFile): PlanTarget =>
  'source' in plan ? { source: plan.source, file: plan.file } : { version: plan.version };

/** Reads a text as a plan; `undefined` where it is something else, a catalog for example. */
export function readPlanFile(text: string, file: string): PlanFile | undefined {
  const value = parseObject(text);
  if (value === undefined || !String(value['format']).startsWith('ambit-plan/')) return undefined;
  const whole =
    value['format'] === FORMAT &&
    typeof value['base'] === 'number' &&
    typeof value['assignments'] === 'string' &&
    ((typeof value['source'] === 'string' && typeof value['file'] === 'string') ||
      typeof value['version'] === 'number');
  if (!whole) {
    throw new Failure(
      'failed',
      `the plan in \`${file}\` cannot be read`,
      'make it anew by `ambit catalog plan`',
    );
  }
  return value as unknown as PlanFile;
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
