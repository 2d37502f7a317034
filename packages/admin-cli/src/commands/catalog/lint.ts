import { checkCatalog, present } from '@ambit/scope-catalog';
import type { LocatedFinding } from '@ambit/scope-catalog';
import type { WireFinding } from '@ambit/sdk';
import type { Command } from '../../command.ts';
import { decodeIssuer } from '../../configuration/configuration.ts';
import type { Context } from '../../context.ts';
import { countFindings, hasFindings, STRICT, writeFindings } from '../../output/findings.ts';

/** `ambit catalog lint`. */
export const lint: Command = {
  name: 'catalog lint',
  summary: 'Says all there is to say about a catalog document, offline',
  about:
    'Audiences at or below the issuer are reserved: name yours by `--url` or AMBIT_URL if it is not the one of a fresh installation.',
  arguments: [{ name: 'FILE', about: 'a catalog in YAML or JSON, or `-`' }],
  options: [STRICT],
  example: 'ambit catalog lint catalog.yaml --strict',
  exits: ['findings'],
  async run(input, context) {
    const file = input.argument('FILE');
    const { findings: located } = checkCatalog(await context.read(file), {
      file,
      issuer: issuerOf(context),
      now: context.io.now(),
    });
    const findings = located.map(toWire);
    context.note(countFindings(findings));
    return {
      data: { findings },
      text: writeFindings(findings, context.palette),
      exit: hasFindings(findings, input.has('--strict')) ? 'findings' : 'done',
    };
  },
};

/** The issuer of a fresh installation. */
const USUAL_ISSUER = 'http://localhost:3000';

/** The issuer under which a document is checked offline. */
export const issuerOf = ({ selection, io }: Context): string =>
  decodeIssuer(selection.url ?? io.env['AMBIT_URL'] ?? USUAL_ISSUER).origin;

/** A finding as every command tells it. */
export const toWire = ({
  file,
  line,
  column,
  rule,
  severity,
  message,
  hint,
}: LocatedFinding): WireFinding => ({
  ...{ file, line, column, rule, severity, message },
  ...present({ hint }),
});
