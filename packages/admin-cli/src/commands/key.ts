import { SIGNING_ALGS } from '@ambit/scope-catalog';
import type { Page, WireKey } from '@ambit/sdk';
import { ONLINE } from '../command.ts';
import type { ArgumentSpec } from '../syntax.ts';
import type { Command } from '../command.ts';
import type { Context } from '../context.ts';
import type { Palette } from '../output/palette.ts';
import { writeTable } from '../output/table.ts';

const KID: ArgumentSpec = { name: 'KID', about: 'the key, as `key list` names it' };

const list: Command = {
  name: 'key list',
  summary: 'Lists the signing keys and the state of each',
  example: 'ambit key list',
  exits: ONLINE,
  run: async (_input, context) => answerKeys(await (await context.api()).keys.list(), context),
};

const rotate: Command = {
  name: 'key rotate',
  summary: 'Makes the next signing key the active one, and a new one next',
  about:
    'Nothing fails meanwhile: the next key has been published long enough for everyone to know it, otherwise this is refused with the time from which it may sign.',
  options: [
    {
      flag: '--alg',
      value: 'ALG',
      about: 'only the keys of this algorithm; otherwise of all',
      choices: SIGNING_ALGS,
    },
  ],
  example: 'ambit key rotate --alg ES256 --yes',
  exits: ONLINE,
  changes: true,
  async run(input, context) {
    const alg = input.value('--alg');
    const api = await context.api();
    await context.confirm(`Rotate ${alg ?? 'all'} signing keys?`);
    return answerKeys(await api.keys.rotate(alg), context);
  },
};

const retire: Command = {
  name: 'key retire',
  summary: 'Lets a key sign no more; tokens it signed stay valid',
  arguments: [KID],
  example: 'ambit key retire es256-3f9a --yes',
  exits: ONLINE,
  changes: true,
  async run(input, context) {
    const kid = input.argument('KID');
    const api = await context.api();
    await context.confirm(`Retire \`${kid}\`?`);
    return answerKeys(await api.keys.retire(kid), context);
  },
};

const destroy: Command = {
  name: 'key destroy',
  summary: 'Destroys a retired key whose last token has expired',
  about: 'To give up a key that has leaked, and every token it signed: `ambit token revoke --key`.',
  arguments: [KID],
  example: 'ambit key destroy es256-3f9a --yes',
  exits: ONLINE,
  changes: true,
  async run(input, context) {
    const kid = input.argument('KID');
    const api = await context.api();
    await context.confirm(`Destroy \`${kid}\` for good?`);
    return answerKeys(await api.keys.destroy(kid), context);
  },
};

/** Every command `ambit key …`. */
export const keyCommands: readonly Command[] = [list, rotate, retire, destroy];

function answerKeys(page: Page<WireKey>, { palette }: Context) {
  const rows = page.items.map((key) => [
    key.kid,
    key.alg,
    stateOf(key, palette),
    key.created_at,
    remarkOn(key),
  ]);
  return {
    data: page,
    text: writeTable(['KID', 'ALG', 'STATE', 'CREATED', 'REMARK'], rows, palette),
  };
}

function stateOf({ state, overdue }: WireKey, palette: Palette) {
  if (overdue) return { word: state, paint: palette.careful };
  return { word: state, paint: state === 'active' ? palette.good : palette.faint };
}

function remarkOn(key: WireKey): string {
  const remarks = [
    key.overdue ? 'overdue for rotation' : [],
    key.state === 'next' && key.may_sign_from !== undefined
      ? `may sign from ${key.may_sign_from}`
      : [],
    key.state === 'retired' && key.may_destroy_from !== undefined
      ? `may be destroyed from ${key.may_destroy_from}`
      : [],
  ];
  return remarks.flat().join('; ');
}
