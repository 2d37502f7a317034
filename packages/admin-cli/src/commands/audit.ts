import type { Command } from '../command.ts';
import { checkpoint } from './audit/checkpoint.ts';
import { erase } from './audit/erase.ts';
import { exportCommand } from './audit/export.ts';
import { list, show } from './audit/list.ts';
import { tail } from './audit/tail.ts';
import { verify } from './audit/verify.ts';

/** Every command `ambit audit …`. */
export const auditCommands: readonly Command[] = [
  list,
  show,
  tail,
  exportCommand,
  verify,
  checkpoint,
  erase,
];
