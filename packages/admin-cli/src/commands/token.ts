import type { Introspection, TokenExplanation } from '@ambit/sdk';
import { ONLINE } from '../command.ts';
import type { Command } from '../command.ts';
import type { Context } from '../context.ts';
import { Failure } from '../failure.ts';
import { printable } from '../output/printable.ts';
import { writeFacts, writeTable } from '../output/table.ts';
import { writeTrace } from '../output/trace.ts';
import { decodeMatch, MATCH_OPTIONS } from './revocation-match.ts';

const introspect: Command = {
  name: 'token introspect',
  summary: 'Shows whether a token is active now, as a resource server would see it',
  about: 'An inactive token is an answer, and exits 0.',
  arguments: [{ name: 'TOKEN', about: 'the token, or `-` for standard input' }],
  example: 'ambit token introspect - < token.txt',
  exits: ONLINE,
  async run(input, context) {
    const token = await readToken(input.argument('TOKEN'), context);
    const answer = await (await context.api()).tokens.introspect(token);
    return { data: answer, text: writeIntrospection(answer, context) };
  },
};

const explain: Command = {
  name: 'token explain',
  summary: 'Explains why a token is active or not',
  arguments: [{ name: 'TOKEN|JTI', about: 'the token or its `jti`, or `-` for standard input' }],
  example: 'ambit token explain 5f0f2c1e-8a4d-4a53-9f57-2f1a0c6b7d11',
  exits: ONLINE,
  async run(input, context) {
    const token = await readToken(input.argument('TOKEN|JTI'), context);
    const explanation = await (await context.api()).tokens.explain(token);
    return { data: explanation, text: writeExplanation(explanation, context) };
  },
};

const trace: Command = {
  name: 'token trace',
  summary: 'Shows the tree of exchanges that a token is of: who asked whom, when, holding what',
  about:
    'Starts at the root, whichever token of the tree is given, and says under which rule of which catalog version each exchange was granted. The way up to the root is on record for good; what else was exchanged on the way, until it expires.',
  arguments: [{ name: 'TOKEN|JTI', about: 'the token or its `jti`, or `-` for standard input' }],
  example: 'ambit token trace 5f0f2c1e-8a4d-4a53-9f57-2f1a0c6b7d11',
  exits: ONLINE,
  async run(input, context) {
    const token = await readToken(input.argument('TOKEN|JTI'), context);
    const answer = await (await context.api()).tokens.trace(token);
    context.note('expired tokens are shown only on the way to the one that you named');
    return { data: answer, text: writeTrace(answer, context.palette) };
  },
};

const revoke: Command = {
  name: 'token revoke',
  summary: 'Revokes one token, or all that match',
  about:
    'Takes effect at the very next introspection. Give a token or exactly one of the flags; a rule covers every token issued before it was made.',
  arguments: [
    {
      name: 'TOKEN|JTI',
      about: 'the token or its `jti`, or `-` for standard input',
      optional: true,
    },
  ],
  options: [
    ...MATCH_OPTIONS,
    { flag: '--reason', value: 'TEXT', about: 'why, for those who read the audit log' },
  ],
  example: "ambit token revoke --client deploy-bot --reason 'laptop stolen' --yes",
  exits: ONLINE,
  changes: true,
  async run(input, context) {
    const argument = input.optionalArgument('TOKEN|JTI');
    const token = argument === undefined ? undefined : await readToken(argument, context);
    const { match, tokens } = decodeMatch(input, token, context.io.now());
    const api = await context.api();
    await context.confirm(`Revoke ${tokens}?`);
    const revocation = await api.tokens.revoke(match, input.value('--reason'));
    context.note(`revoked ${tokens}`);
    const text = writeFacts(
      {
        id: revocation.id,
        kind: revocation.kind,
        value: revocation.value,
        'created at': revocation.created_at,
        reason: revocation.reason,
      },
      context.palette,
    );
    return { data: revocation, text };
  },
};

/** Every command `ambit token …`. */
export const tokenCommands: readonly Command[] = [introspect, explain, trace, revoke];

async function readToken(argument: string, context: Context): Promise<string> {
  const token = argument === '-' ? (await context.read('-')).trim() : argument;
  if (token === '') {
    throw new Failure('usage', 'the token is empty', 'give a token, or write one to stdin');
  }
  return token;
}

function writeIntrospection(answer: Introspection, { palette }: Context): string {
  const { active, ...claims } = answer;
  const word = active ? palette.good('active') : palette.bad('inactive');
  return `${word}\n${writeClaims(claims, palette)}`;
}

function writeExplanation(explanation: TokenExplanation, { palette }: Context): string {
  const word = explanation.active ? palette.good('active') : palette.bad('inactive');
  const scopes = (explanation.scopes ?? []).map(({ scope, live, reason }) => [
    scope,
    live ? { word: 'live', paint: palette.good } : { word: 'not live', paint: palette.bad },
    reason,
  ]);
  return [
    word,
    ...explanation.reasons.map((reason) => `  - ${printable(reason)}`),
    scopes.length === 0 ? [] : ['', writeTable(['SCOPE', 'STATE', 'REASON'], scopes, palette)],
    explanation.claims === undefined ? [] : ['', writeClaims(explanation.claims, palette)],
  ]
    .flat()
    .join('\n');
}

/** Claims that are seconds since the epoch. */
const TIMES = ['iat', 'nbf', 'exp'];

/** Claims of a token, its times in words besides. */
function writeClaims(
  claims: Readonly<Record<string, unknown>>,
  palette: Context['palette'],
): string {
  const facts = Object.entries(claims).map(([name, value]) => {
    const words = typeof value === 'string' ? value : JSON.stringify(value);
    const time =
      TIMES.includes(name) && Number.isSafeInteger(value)
        ? new Date(Number(value) * 1000)
        : undefined;
    const inWords =
      time === undefined || Number.isNaN(time.valueOf()) ? '' : ` (${time.toISOString()})`;
    return [name, words + inWords] as const;
  });
  return writeFacts(Object.fromEntries(facts), palette);
}
