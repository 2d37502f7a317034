import { importOpenApi } from '@ambit/scope-catalog';
import type { OpenApiImport } from '@ambit/scope-catalog';
import { parse } from 'yaml';
import type { Command } from '../../command.ts';
import type { Context } from '../../context.ts';
import { errorCode, Failure } from '../../failure.ts';
import { writeYaml } from '../../output/answer.ts';
import { printable } from '../../output/printable.ts';

/** `ambit catalog import openapi`. */
export const importOpenApiCommand: Command = {
  name: 'catalog import openapi',
  summary: 'Makes a catalog of the scopes in an OpenAPI or Swagger document, offline',
  about:
    'Scopes whose names do not fit are listed with the name they were given; none is lost. Writes the catalog to stdout unless `-o` names a file, whose ending says YAML or JSON.',
  arguments: [{ name: 'FILE', about: 'OpenAPI 3.x or Swagger 2.0, YAML or JSON, or `-`' }],
  options: [
    { flag: '--audience', value: 'URL', about: 'audience of its tokens', required: true },
    { flag: '--out', short: '-o', value: 'OUT', about: 'file to write the catalog to' },
    { flag: '--no-roles', about: 'leave out the roles to start from' },
  ],
  example:
    'ambit catalog import openapi openapi.yaml --audience https://api.example.com -o catalog.yaml',
  exits: ['findings'],
  async run(input, context) {
    const file = input.argument('FILE');
    const result = importOpenApi(parseDocument(await context.read(file), file), {
      audience: input.value('--audience') ?? '',
      roles: !input.has('--no-roles'),
    });
    if (!result.ok) {
      for (const { message, hint } of result.error) {
        context.note(
          `${file}: ${printable(message)}${hint === undefined ? '' : `\n  hint: ${hint}`}`,
        );
      }
      throw new Failure('findings', `\`${file}\` cannot be imported`);
    }
    const out = input.value('--out');
    const imported = result.value;
    noteRenamed(imported, context);
    if (out === undefined) return { data: imported, text: writeYaml(imported.catalog) };
    await writeCatalog(imported, out, context);
    return { data: imported, text: '' };
  },
};

/** JSON is YAML, but reading it as JSON is many times faster. */
function parseDocument(text: string, file: string): unknown {
  try {
    return text.trimStart().startsWith('{') ? JSON.parse(text) : parse(text);
  } catch (error) {
    const [said = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new Failure('findings', `\`${file}\` is neither YAML nor JSON: ${said}`);
  }
}

function noteRenamed({ renamed, operations }: OpenApiImport, context: Context): void {
  if (context.output === 'table') {
    for (const { from, to } of renamed) context.note(`renamed ${printable(from)} -> ${to}`);
  }
  context.note(`read ${String(operations)} operations, renamed ${String(renamed.length)} scopes`);
}

async function writeCatalog(
  { catalog }: OpenApiImport,
  out: string,
  context: Context,
): Promise<void> {
  const text = out.endsWith('.json') ? `${JSON.stringify(catalog, null, 2)}\n` : writeYaml(catalog);
  try {
    await context.io.writeFile(out, text);
  } catch (error) {
    throw new Failure('failed', `cannot write \`${out}\` (${errorCode(error)})`);
  }
  context.note(`wrote ${out}`);
}
