import type { WireActivity } from '@ambit/sdk';
import { ONLINE } from '../command.ts';
import type { Command } from '../command.ts';
import { writeActivity } from '../output/activity.ts';

/** `ambit status`. */
export const statusCommand: Command = {
  name: 'status',
  summary: 'Shows what the server has done in the last 15 minutes',
  about:
    'Tokens issued, refusals by reason, the busiest clients and the slowest calls, as this server has counted them since it started. A client counts with each decision that it asked for, granted or refused, once it has proved who it is.',
  example: 'ambit status',
  exits: ONLINE,
  async run(_input, context) {
    const activity: WireActivity = await (await context.api()).status();
    return { data: activity, text: writeActivity(activity, context.palette) };
  },
};
