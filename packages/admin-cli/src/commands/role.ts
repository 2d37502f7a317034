import type { ClientRoles } from '@ambit/sdk';
import { ONLINE } from '../command.ts';
import type { ArgumentSpec } from '../syntax.ts';
import type { Command } from '../command.ts';
import type { Context } from '../context.ts';
import { writeRoles } from '../output/roles.ts';
import { writeFacts, writeTable } from '../output/table.ts';
import { decodeTimeAhead } from '../time.ts';

const CLIENT: ArgumentSpec = { name: 'CLIENT', about: "the client's `client_id`" };
const ROLE: ArgumentSpec = { name: 'ROLE', about: 'a role of the active catalog' };

const list: Command = {
  name: 'role list',
  summary: 'Lists the roles of the active catalog',
  example: 'ambit role list',
  exits: ONLINE,
  async run(_input, context) {
    const page = await (await context.api()).roles.list();
    const rows = page.items.map((role) => [
      role.role,
      role.clients,
      role.scopes.length,
      role.description,
    ]);
    const head = ['ROLE', 'CLIENTS', 'SCOPES', 'DESCRIPTION'];
    return { data: page, text: writeTable(head, rows, context.palette) };
  },
};

const show: Command = {
  name: 'role show',
  summary: 'Shows what a role grants, and who holds it',
  arguments: [ROLE],
  example: 'ambit role show viewer',
  exits: ONLINE,
  async run(input, context) {
    const role = await (await context.api()).roles.find(input.argument('ROLE'));
    const clients = role.clients.map(({ client_id: client, until, disabled }) => {
      const remarks = [
        until === undefined ? [] : `until ${until}`,
        disabled ? 'disabled' : [],
      ].flat();
      return remarks.length === 0 ? client : `${client} (${remarks.join('; ')})`;
    });
    const text = writeFacts(
      {
        role: role.role,
        description: role.description,
        inherits: role.inherits.join(', '),
        scopes: role.scopes.join(' '),
        clients: clients.join(', '),
      },
      context.palette,
    );
    return { data: role, text };
  },
};

const assign: Command = {
  name: 'role assign',
  summary: 'Assigns a role to a client, for good or until a time',
  about: 'Assigning a role that is held already sets its time anew.',
  arguments: [CLIENT, ROLE],
  options: [
    { flag: '--until', value: 'TIME', about: 'when it ends: `2026-12-31T18:00:00Z`, `8h`, `7d`' },
  ],
  example: 'ambit role assign deploy-bot deployer --until 8h --yes',
  exits: ONLINE,
  changes: true,
  async run(input, context) {
    const [client, role] = [input.argument('CLIENT'), input.argument('ROLE')];
    const given = input.value('--until');
    const until = given === undefined ? undefined : decodeTimeAhead(given, context.io.now());
    const api = await context.api();
    const term = until === undefined ? 'for good' : `until ${until}`;
    await context.confirm(`Assign \`${role}\` to \`${client}\` ${term}?`);
    return answerRoles(await api.clients.assignRole(client, role, until), context);
  },
};

const unassign: Command = {
  name: 'role unassign',
  summary: 'Takes a role from a client',
  about: 'Its tokens lose the scopes of that role at their next introspection.',
  arguments: [CLIENT, ROLE],
  example: 'ambit role unassign deploy-bot deployer --yes',
  exits: ONLINE,
  changes: true,
  async run(input, context) {
    const [client, role] = [input.argument('CLIENT'), input.argument('ROLE')];
    const api = await context.api();
    await context.confirm(`Take \`${role}\` from \`${client}\`?`);
    return answerRoles(await api.clients.unassignRole(client, role), context);
  },
};

/** Every command `ambit role …`. */
export const roleCommands: readonly Command[] = [list, show, assign, unassign];

const answerRoles = (held: ClientRoles, { palette }: Context) => ({
  data: held,
  text: writeFacts(
    { 'client id': held.client_id, roles: writeRoles(held.roles) || 'none' },
    palette,
  ),
});
