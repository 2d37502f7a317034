import { checkCatalog, delegationGraph } from '@ambit/scope-catalog';
import type { Command } from '../../command.ts';
import { countFindings, writeFindings } from '../../output/findings.ts';
import { issuerOf, toWire } from './lint.ts';

/** `ambit catalog graph`. */
export const graph: Command = {
  name: 'catalog graph',
  summary: 'Draws the delegation rules of a catalog document as a Mermaid flowchart, offline',
  about:
    'From what a subject token must carry, through whoever acts, to what may then be asked for. High-risk scopes are marked. A `mermaid` block of a Markdown page shows it.',
  arguments: [{ name: 'FILE', about: 'a catalog in YAML or JSON, or `-`' }],
  example: 'ambit catalog graph catalog.yaml > delegation.mmd',
  exits: ['findings'],
  async run(input, context) {
    const file = input.argument('FILE');
    const { catalog, findings } = checkCatalog(await context.read(file), {
      file,
      issuer: issuerOf(context),
      now: context.io.now(),
    });
    if (catalog === undefined) {
      const errors = findings.filter(({ severity }) => severity === 'error').map(toWire);
      context.note(countFindings(errors));
      return {
        data: { findings: errors },
        text: writeFindings(errors, context.palette),
        exit: 'findings',
      };
    }
    if (catalog.delegation.length === 0) context.note('there are no delegation rules to draw');
    const mermaid = delegationGraph(catalog);
    return { data: { mermaid }, text: mermaid.trimEnd() };
  },
};
