import { workAtLeast } from '../aims.ts';
import type { Aim } from '../aims.ts';
import { always, formPost, inTurn } from '../load/requests.ts';
import { measure } from '../measure.ts';
import type { Row } from '../measure.ts';
import { measurePaced } from '../paced.ts';
import type { PacedFigures } from '../paced.ts';
import { CHAIN_DEPTH, exchangePlan } from '../seed/exchange-plan.ts';
import { plainPlan } from '../seed/plain-plan.ts';
import { ambit, floor, stock } from '../servers/commands.ts';
import { otherRow } from '../servers/other-server.ts';
import type { ServerProcess } from '../servers/server-process.ts';
import type { Suite, SuiteContext } from '../suite.ts';
import { collectTokens } from './collect-tokens.ts';
import { exchangeRequests } from './exchange-requests.ts';
import {
  ACTIVE_MARK,
  discover,
  fetchAnswer,
  onlyClient,
  rsaBitsOf,
  TOKEN_MARK,
  tokenForm,
} from './token-requests.ts';
import { withServers } from './with-servers.ts';
import type { Start } from './with-servers.ts';

/** As many as Ambit remembers from one introspection to the next. */
const TOKENS = 2_000;

const TOKEN = 'token, Ambit';
const WIDE = 'token, Ambit without its narrow path';
const STOCK = 'token, stock oidc-provider';
const FLOOR = 'token, floor: bare node:http and one signature';
const INTROSPECTION = 'introspection of a token seen before, Ambit';
const EXCHANGE = 'token exchange, Ambit';
const WIDE_SERVER = 'Ambit without its narrow path';

/** Until the compiler of the runtime is done, which has one core for itself and the server. */
const WARM_UP_MS = 12_000;

/** Rows whose latency is measured at a pace of its own; the aim is for what Ambit is asked most. */
const PACED = [TOKEN, INTROSPECTION];

/** The aims of speed, by the work of the stock library and by what the runtime allows; everything is ES256. */
export const measureSpeed: Suite = async (context) =>
  withServers(context, async (start) => {
    const rows = [
      ...(await tokenRows(context, start)),
      ...(await exchangeRows(context, start)),
      ...otherRow(context.options, TOKEN_MARK),
    ];
    const measurement = await measure(rows, { ...context.schedule, warmUpMs: WARM_UP_MS });
    const paced = await measurePaced(
      rows.filter(({ name }) => PACED.includes(name)),
      measurement.rows,
      context.schedule,
    );
    return {
      ...measurement,
      paced,
      aims: [
        ...workAtLeast(measurement.rows, TOKEN, STOCK, 2),
        ...workAtLeast(measurement.rows, TOKEN, FLOOR, 0.45),
        ...workAtLeast(measurement.rows, INTROSPECTION, STOCK, 2.4),
        ...workAtLeast(measurement.rows, EXCHANGE, STOCK, 0.8),
        ...paced.map(answersInTime),
      ],
    };
  });

const answersInTime = ({ name, p99Ms }: PacedFigures): Aim => ({
  aim: `${name}: p99 at 70 % of capacity`,
  figure: p99Ms / 1000,
  bound: { atMost: 0.01 },
  unit: 's',
});

async function tokenRows({ homes }: SuiteContext, start: Start): Promise<Row[]> {
  const plan = plainPlan(100, 1);
  const home = await homes.of(plan);
  const client = onlyClient(home);
  const form = tokenForm(home, 'ES256');
  const ours = await start(ambit('Ambit', home.directory));
  const endpoints = await discover(ours);
  const answer = await fetchAnswer(endpoints.token, client, form);
  const request = formPost(endpoints.token, client, form);
  const introspections = (await collectTokens(ours.port, request, TOKENS)).map((token) =>
    formPost(endpoints.introspection, home.resourceServer, { token }),
  );

  const wideHome = await homes.of({ ...plan, name: 'wide' });
  const wide = await start(ambit(WIDE_SERVER, wideHome.directory, { AMBIT_NARROW_PATH: '0' }));
  const wideRequest = formPost((await discover(wide)).token, onlyClient(wideHome), form);
  const theirs = await start(stock('stock', home.catalog, client, await rsaBitsOf(endpoints)));
  const theirRequest = formPost((await discover(theirs)).token, client, form);
  const lowest = await start(floor('floor', answer));
  const lowestRequest = formPost(`${lowest.url}/token`, client, form);

  const row = (name: string, server: ServerProcess, sent: Buffer): Row => ({
    ...{ name, server, mark: TOKEN_MARK },
    next: always(sent),
  });
  return [
    row(TOKEN, ours, request),
    row(STOCK, theirs, theirRequest),
    row(FLOOR, lowest, lowestRequest),
    row(WIDE, wide, wideRequest),
    { name: INTROSPECTION, server: ours, mark: ACTIVE_MARK, next: inTurn(introspections) },
  ];
}

async function exchangeRows({ homes }: SuiteContext, start: Start): Promise<Row[]> {
  const home = await homes.of(exchangePlan(CHAIN_DEPTH));
  const server = await start(ambit('Ambit, exchanging', home.directory));
  const exchanges = await (await exchangeRequests(home, server)).exchanges(1, TOKENS);
  return [{ name: EXCHANGE, server, mark: TOKEN_MARK, next: inTurn(exchanges) }];
}
