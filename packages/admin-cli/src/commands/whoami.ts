import { ONLINE } from '../command.ts';
import type { Command } from '../command.ts';
import { writeRoles } from '../output/roles.ts';
import { writeFacts } from '../output/table.ts';

/** `ambit whoami`. */
export const whoamiCommand: Command = {
  name: 'whoami',
  summary: 'Shows who you are to the server, by which roles and with which scopes',
  example: 'ambit whoami',
  exits: ONLINE,
  async run(_input, context) {
    const me = await (await context.api()).whoami();
    const text = writeFacts(
      {
        'client id': me.client_id,
        roles: writeRoles(me.roles),
        'scopes in use': me.scopes.join(' '),
        issuer: me.issuer,
        'catalog version': me.catalog_version,
        'server version': me.server_version,
      },
      context.palette,
    );
    return { data: me, text };
  },
};
