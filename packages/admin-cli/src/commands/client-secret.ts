import { present } from '@ambit/scope-catalog';
import { ONLINE } from '../command.ts';
import type { ArgumentSpec } from '../syntax.ts';
import type { Command } from '../command.ts';
import { writeFacts, writeTable } from '../output/table.ts';
import { decodeTimeAhead } from '../time.ts';

const CLIENT: ArgumentSpec = { name: 'CLIENT', about: "the client's `client_id`" };

const add: Command = {
  name: 'client secret add',
  summary: 'Gives a client a further secret; the others stay live',
  about:
    'Writes the secret this once. To rotate: add one, let the client use it, revoke the old one.',
  arguments: [CLIENT],
  options: [
    { flag: '--label', value: 'TEXT', about: 'tells this secret from the others' },
    { flag: '--expires', value: 'TIME', about: 'when it ceases to work: a time, or `90d`' },
  ],
  example: 'ambit client secret add deploy-bot --label 2026-12 --expires 90d --yes',
  exits: ONLINE,
  changes: true,
  async run(input, context) {
    const name = input.argument('CLIENT');
    const [label, expires] = [input.value('--label'), input.value('--expires')];
    const expiresAt =
      expires === undefined ? undefined : decodeTimeAhead(expires, context.io.now());
    const api = await context.api();
    await context.confirm(`Give \`${name}\` a further secret?`);
    const secret = await api.clients.addSecret(name, {
      ...present({ label, expires_at: expiresAt }),
    });
    context.note('the secret is shown this once; keep it now');
    const { id, client_id, client_secret, expires_at } = secret;
    const facts = { id, client_id, client_secret, label: secret.label, expires_at };
    return { data: secret, text: writeFacts(facts, context.palette) };
  },
};

const list: Command = {
  name: 'client secret list',
  summary: "Lists a client's live secrets, by id; none is ever shown again",
  arguments: [CLIENT],
  example: 'ambit client secret list deploy-bot',
  exits: ONLINE,
  async run(input, context) {
    const page = await (await context.api()).clients.secrets(input.argument('CLIENT'));
    const rows = page.items.map((secret) => [
      secret.id,
      secret.label,
      secret.created_at,
      secret.expires_at,
      secret.last_used_at,
    ]);
    const head = ['ID', 'LABEL', 'CREATED', 'EXPIRES', 'LAST USED'];
    return { data: page, text: writeTable(head, rows, context.palette) };
  },
};

const revoke: Command = {
  name: 'client secret revoke',
  summary: 'Revokes one secret of a client at once',
  about: 'Tokens it was used for stay live; `ambit token revoke --client` ends those.',
  arguments: [CLIENT, { name: 'ID', about: 'the secret: its whole `ID` in `client secret list`' }],
  example: 'ambit client secret revoke deploy-bot 019ac1d4-8e07-7b3a-a5c2-6f1e90d47b28 --yes',
  exits: ONLINE,
  changes: true,
  async run(input, context) {
    const [name, id] = [input.argument('CLIENT'), input.argument('ID')];
    const api = await context.api();
    await context.confirm(`Revoke the secret \`${id}\` of \`${name}\`?`);
    await api.clients.revokeSecret(name, id);
    return { data: { client_id: name, id, revoked: true }, text: `revoked ${id}` };
  },
};

/** Every command `ambit client secret …`. */
export const clientSecretCommands: readonly Command[] = [add, list, revoke];
