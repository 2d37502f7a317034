import { workAtLeast } from '../aims.ts';
import { always, formPost, inTurn } from '../load/requests.ts';
import { measure } from '../measure.ts';
import type { Row } from '../measure.ts';
import { BENCH_ALGS } from '../seed/bench-catalog.ts';
import { plainPlan } from '../seed/plain-plan.ts';
import { ambit, bare, stock } from '../servers/commands.ts';
import type { Suite } from '../suite.ts';
import { collectTokens } from './collect-tokens.ts';
import {
  accessTokenIn,
  ACTIVE_MARK,
  discover,
  fetchAnswer,
  onlyClient,
  rsaBitsOf,
  TOKEN_MARK,
  tokenForm,
} from './token-requests.ts';
import { withServers } from './with-servers.ts';

/** Tokens that fit into Ambit's memory of good signatures, and more than fit. */
const FEW_TOKENS = 2_000;
const TOO_MANY_TOKENS = 25_000;

/** Issues and introspects, beside the stock library and a bare server. */
export const measureProtocol: Suite = async (context) => {
  const home = await context.homes.of(plainPlan(100, 1));
  return withServers(context, async (start) => {
    const client = onlyClient(home);
    const ours = await start(ambit('Ambit', home.directory));
    const endpoints = await discover(ours);
    const theirs = await start(
      stock('stock oidc-provider', home.catalog, client, await rsaBitsOf(endpoints)),
    );
    const theirEndpoints = await discover(theirs);

    const issued = await fetchAnswer(endpoints.token, client, tokenForm(home, 'ES256'));
    const introspection = (token: string): Buffer =>
      formPost(endpoints.introspection, home.resourceServer, { token });
    const introspected = await fetchAnswer(endpoints.introspection, home.resourceServer, {
      token: accessTokenIn(issued.body),
    });
    const nothing = await start(
      bare('bare node:http', { '/token': issued, '/introspect': introspected }),
    );

    const request = formPost(endpoints.token, client, tokenForm(home, 'ES256'));
    const tokens = await collectTokens(ours.port, request, TOO_MANY_TOKENS);
    const introspections = tokens.map(introspection);

    const rows: Row[] = [
      ...BENCH_ALGS.flatMap((alg) => [
        {
          name: `token ${alg}, Ambit`,
          server: ours,
          next: always(formPost(endpoints.token, client, tokenForm(home, alg))),
          mark: TOKEN_MARK,
        },
        {
          name: `token ${alg}, stock`,
          server: theirs,
          next: always(formPost(theirEndpoints.token, client, tokenForm(home, alg))),
          mark: TOKEN_MARK,
        },
      ]),
      {
        name: 'token, bare',
        server: nothing,
        next: always(formPost(`${nothing.url}/token`, client, tokenForm(home, 'ES256'))),
        mark: TOKEN_MARK,
      },
      ...[1, FEW_TOKENS, TOO_MANY_TOKENS].map((count) => ({
        name: introspectionRow(count),
        server: ours,
        next: inTurn(introspections.slice(0, count)),
        mark: ACTIVE_MARK,
      })),
      {
        name: 'introspection, bare',
        server: nothing,
        next: always(formPost(`${nothing.url}/introspect`, client, { token: tokens[0] ?? '' })),
        mark: ACTIVE_MARK,
      },
    ];
    const measurement = await measure(rows, context.schedule);
    const { rows: figures } = measurement;
    return {
      ...measurement,
      aims: [
        ...BENCH_ALGS.flatMap((alg) =>
          workAtLeast(figures, `token ${alg}, Ambit`, `token ${alg}, stock`, 0.75),
        ),
        ...[1, FEW_TOKENS].flatMap((count) =>
          workAtLeast(figures, introspectionRow(count), 'token ES256, stock', 1.5),
        ),
      ],
    };
  });
};

const introspectionRow = (count: number): string =>
  count === 1
    ? 'introspection of one token, Ambit'
    : `introspection of ${String(count)} tokens, Ambit`;
