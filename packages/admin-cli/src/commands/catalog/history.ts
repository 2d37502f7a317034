import { ONLINE } from '../../command.ts';
import type { Command } from '../../command.ts';
import { writeYaml } from '../../output/answer.ts';
import { writeChange } from '../../output/changes.ts';
import { writeTable } from '../../output/table.ts';
import { decodeVersion } from '../../version-number.ts';
import { carryOut } from './publish.ts';

/** `ambit catalog list`. */
export const list: Command = {
  name: 'catalog list',
  summary: 'Lists the published versions, newest first',
  example: 'ambit catalog list',
  exits: ONLINE,
  async run(_input, context) {
    const page = await (await context.api()).catalog.list();
    const rows = page.items.map((version) => [
      version.version,
      version.active ? { word: 'active', paint: context.palette.good } : '',
      typeof version.scopes === 'number' ? version.scopes : version.scopes.length,
      version.published_at,
      version.published_by,
      version.comment,
    ]);
    const head = ['VERSION', 'STATE', 'SCOPES', 'PUBLISHED', 'BY', 'COMMENT'];
    return { data: page, text: writeTable(head, rows, context.palette) };
  },
};

/** `ambit catalog show`. */
export const show: Command = {
  name: 'catalog show',
  summary: 'Writes the document of a version, the active one unless told',
  about: 'The YAML it writes can be published again.',
  arguments: [{ name: 'N', about: 'number of the version', optional: true }],
  example: 'ambit catalog show 3 > catalog.yaml',
  exits: ONLINE,
  async run(input, context) {
    const number = input.optionalArgument('N');
    const wanted = number === undefined ? 'active' : decodeVersion(number);
    const version = await (await context.api()).catalog.find(wanted);
    return { data: version, text: writeYaml(version.document) };
  },
};

/** `ambit catalog diff`. */
export const diff: Command = {
  name: 'catalog diff',
  summary: 'Shows in what two versions differ',
  arguments: [
    { name: 'A', about: 'number of the version to start from' },
    { name: 'B', about: 'number of the version to come to' },
  ],
  example: 'ambit catalog diff 2 3',
  exits: ONLINE,
  async run(input, context) {
    const [from, to] = [decodeVersion(input.argument('A')), decodeVersion(input.argument('B'))];
    const answer = await (await context.api()).catalog.diff(from, to);
    if (answer.changes.length === 0) context.note('no differences');
    const lines = answer.changes.map((change) => writeChange(change, context.palette));
    return { data: answer, text: lines.join('\n') };
  },
};

/** `ambit catalog rollback`. */
export const rollback: Command = {
  name: 'catalog rollback',
  summary: 'Makes an older version the active one again',
  about: 'Shows the plan first, and takes the same road as a publish.',
  arguments: [{ name: 'N', about: 'number of the version' }],
  options: [{ flag: '--comment', value: 'TEXT', about: 'why, for those who read the history' }],
  example: 'ambit catalog rollback 2 --yes',
  exits: [...ONLINE, 'changed'],
  changes: true,
  async run(input, context) {
    const version = decodeVersion(input.argument('N'));
    const api = await context.api();
    const plan = await api.catalog.plan({ version });
    return carryOut(plan, { version }, input.value('--comment'), api, context);
  },
};
