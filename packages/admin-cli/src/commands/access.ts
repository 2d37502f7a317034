import { ONLINE } from '../command.ts';
import type { ArgumentSpec } from '../syntax.ts';
import type { Command } from '../command.ts';
import { writeDecision, writeDelegation } from '../output/decision.ts';
import { writeTable } from '../output/table.ts';

const CLIENT: ArgumentSpec = { name: 'CLIENT', about: "the client's `client_id`" };
const SCOPE: ArgumentSpec = { name: 'SCOPE', about: 'a scope, `orders:read` for example' };

const whoCan: Command = {
  name: 'access who-can',
  summary: 'Lists the clients that are entitled to a scope',
  arguments: [SCOPE],
  example: 'ambit access who-can orders:refund',
  exits: ONLINE,
  async run(input, context) {
    const answer = await (await context.api()).access.whoCan(input.argument('SCOPE'));
    const rows = answer.items.map(({ client, roles, until }) => [client, roles.join(', '), until]);
    return { data: answer, text: writeTable(['CLIENT', 'ROLES', 'UNTIL'], rows, context.palette) };
  },
};

const whatCan: Command = {
  name: 'access what-can',
  summary: 'Lists the scopes that a client is entitled to',
  arguments: [CLIENT],
  example: 'ambit access what-can deploy-bot',
  exits: ONLINE,
  async run(input, context) {
    const answer = await (await context.api()).access.whatCan(input.argument('CLIENT'));
    const rows = answer.items.map(({ scope, resource_server: server, roles }) => [
      scope,
      server,
      roles.join(', '),
    ]);
    const head = ['SCOPE', 'RESOURCE SERVER', 'ROLES'];
    return { data: answer, text: writeTable(head, rows, context.palette) };
  },
};

const explain: Command = {
  name: 'access explain',
  summary: 'Explains why a client may, or may not, have a scope',
  about:
    'A no is an answer, and exits 0. Names the roles that would help, and the delegation rules that give it to the client on behalf of others. With `--holding`, once for each scope, it walks those rules: what the client may have on behalf of whoever sent it a token that carries just these scopes, as in `ambit access explain checkout payments:charge --holding orders:write`.',
  arguments: [CLIENT, SCOPE],
  options: [
    {
      flag: '--holding',
      value: 'SCOPE',
      about: "a scope of the subject's token, in a token exchange",
      repeatable: true,
    },
  ],
  example: 'ambit access explain deploy-bot orders:refund',
  exits: ONLINE,
  async run(input, context) {
    const api = await context.api();
    const [client, scope] = [input.argument('CLIENT'), input.argument('SCOPE')];
    const holding = input.values('--holding');
    if (holding !== undefined) {
      const told = await api.access.explainDelegation(client, scope, holding);
      return { data: told, text: writeDelegation(told, context.palette) };
    }
    const answer = await api.access.explain(client, scope);
    return { data: answer, text: writeDecision(answer, context.palette) };
  },
};

/** Every command `ambit access …`. */
export const accessCommands: readonly Command[] = [whoCan, whatCan, explain];
