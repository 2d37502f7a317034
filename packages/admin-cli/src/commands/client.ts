import { present } from '@ambit/scope-catalog';
import type { WireClient } from '@ambit/sdk';
import { ONLINE } from '../command.ts';
import type { ArgumentSpec } from '../syntax.ts';
import type { Command } from '../command.ts';
import type { Context } from '../context.ts';
import { writeClient, writeCredentials } from '../output/client.ts';
import { writeRoles } from '../output/roles.ts';
import { writeTable } from '../output/table.ts';
import { CLIENT_OPTIONS, decodeSettings, impliedAuth } from './client-settings.ts';
import { updateClient } from './client-update.ts';

const CLIENT: ArgumentSpec = { name: 'CLIENT', about: 'its `client_id`' };

const create: Command = {
  name: 'client create',
  summary: 'Registers a client',
  about:
    'Writes its secret this once; the server keeps only a keyed hash of it. `--resource-server` makes the client a credential of that server: it may introspect the tokens issued for it.',
  arguments: [
    { name: 'NAME', about: 'its `client_id`; never to be used again for another client' },
  ],
  options: CLIENT_OPTIONS,
  example: 'ambit client create deploy-bot --role deployer --yes',
  exits: ONLINE,
  changes: true,
  async run(input, context) {
    const name = input.argument('NAME');
    const roles = input.values('--role');
    const settings = await decodeSettings(input, context);
    const api = await context.api();
    await context.confirm(`Register the client \`${name}\`?`);
    const client = await api.clients.create({
      client_id: name,
      ...settings,
      ...impliedAuth(settings),
      ...present({ roles }),
    });
    if (client.client_secret === undefined) context.note(`registered \`${client.client_id}\``);
    else context.note('the secret is shown this once; keep it now');
    return { data: client, text: writeCredentials(client, context.palette) };
  },
};

const list: Command = {
  name: 'client list',
  summary: 'Lists all clients',
  example: 'ambit client list',
  exits: ONLINE,
  async run(_input, context) {
    const page = await (await context.api()).clients.list();
    const rows = page.items.map((client) => [
      client.client_id,
      client.enabled ? 'yes' : { word: 'no', paint: context.palette.bad },
      client.auth,
      writeRoles(client.roles),
      client.resource_servers.map(({ name }) => name).join(', '),
    ]);
    const head = ['CLIENT', 'ENABLED', 'AUTH', 'ROLES', 'RESOURCE SERVERS'];
    return { data: page, text: writeTable(head, rows, context.palette) };
  },
};

const show: Command = {
  name: 'client show',
  summary: 'Shows a client',
  arguments: [CLIENT],
  example: 'ambit client show deploy-bot',
  exits: ONLINE,
  async run(input, context) {
    const { value } = await (await context.api()).clients.find(input.argument('CLIENT'));
    return answerClient(value, context);
  },
};

const update: Command = {
  name: 'client update',
  summary: 'Changes a client',
  about:
    'What a flag names is set as a whole: `--role` given twice leaves the client with these two roles. An empty value clears a setting: `--default-scope ""`.',
  arguments: [CLIENT],
  options: CLIENT_OPTIONS,
  example: 'ambit client update deploy-bot --default-scope deploys:create --yes',
  exits: [...ONLINE, 'changed'],
  changes: true,
  run: async (input, context) => answerClient(await updateClient(input, context), context),
};

const disable: Command = {
  name: 'client disable',
  summary: 'Disables a client: it gets no token, and its tokens are inactive',
  arguments: [CLIENT],
  example: 'ambit client disable deploy-bot --yes',
  exits: ONLINE,
  changes: true,
  async run(input, context) {
    const name = input.argument('CLIENT');
    const api = await context.api();
    await context.confirm(`Disable \`${name}\`?`);
    return answerClient(await api.clients.disable(name), context);
  },
};

const enable: Command = {
  name: 'client enable',
  summary: 'Enables a client again',
  arguments: [CLIENT],
  example: 'ambit client enable deploy-bot --yes',
  exits: ONLINE,
  changes: true,
  async run(input, context) {
    const name = input.argument('CLIENT');
    const api = await context.api();
    await context.confirm(`Enable \`${name}\`?`);
    return answerClient(await api.clients.enable(name), context);
  },
};

const remove: Command = {
  name: 'client delete',
  summary: 'Deletes a client for good; its name stays taken',
  arguments: [CLIENT],
  example: 'ambit client delete deploy-bot --yes',
  exits: ONLINE,
  changes: true,
  async run(input, context) {
    const name = input.argument('CLIENT');
    const api = await context.api();
    await context.confirm(`Delete \`${name}\` for good?`);
    await api.clients.remove(name);
    return { data: { client_id: name, deleted: true }, text: `deleted ${name}` };
  },
};

/** Every command `ambit client …` but those about secrets. */
export const clientCommands: readonly Command[] = [
  create,
  update,
  list,
  show,
  disable,
  enable,
  remove,
];

const answerClient = (client: WireClient, context: Context) => ({
  data: client,
  text: writeClient(client, context.palette),
});
