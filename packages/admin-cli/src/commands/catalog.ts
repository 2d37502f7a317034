import type { Command } from '../command.ts';
import { graph } from './catalog/graph.ts';
import { diff, list, rollback, show } from './catalog/history.ts';
import { importOpenApiCommand } from './catalog/import-openapi.ts';
import { lint } from './catalog/lint.ts';
import { plan } from './catalog/plan.ts';
import { publish } from './catalog/publish.ts';

/** Every command `ambit catalog …`. */
export const catalogCommands: readonly Command[] = [
  lint,
  graph,
  importOpenApiCommand,
  plan,
  publish,
  list,
  show,
  diff,
  rollback,
];
