import type { Aim } from '../aims.ts';
import { always, formPost } from '../load/requests.ts';
import { measure, ratio } from '../measure.ts';
import type { Row, RowFigures } from '../measure.ts';
import { plainPlan } from '../seed/plain-plan.ts';
import { ambit, unaudited } from '../servers/commands.ts';
import type { ServerCommand } from '../servers/server-process.ts';
import type { Suite } from '../suite.ts';
import {
  accessTokenIn,
  ACTIVE_MARK,
  discover,
  fetchAnswer,
  onlyClient,
  TOKEN_MARK,
  tokenForm,
} from './token-requests.ts';
import { withServers } from './with-servers.ts';

/** So many ask at once, where it matters how long a record waits for its group. */
const CONNECTIONS = 64;

const WAYS = ['off', 'on', 'on, synced to the disk'] as const;
const KINDS = ['token', 'introspection'] as const;
const rowName = (kind: (typeof KINDS)[number], way: (typeof WAYS)[number]): string =>
  `${kind}, audit ${way}`;

/** What the audit log costs: without it, with it, and with every group of records on the disk before its answers. */
export const measureAudit: Suite = async (context) =>
  withServers(context, async (start) => {
    const rows: Row[] = [];
    for (const way of WAYS) {
      const home = await context.homes.of({ ...plainPlan(100, 1), name: `audit ${way}` });
      const server = await start(commandFor(way, home.directory));
      const { token, introspection } = await discover(server);
      const client = onlyClient(home);
      const form = tokenForm(home, 'ES256');
      const issued = accessTokenIn((await fetchAnswer(token, client, form)).body);
      rows.push(
        {
          name: rowName('token', way),
          server,
          next: always(formPost(token, client, form)),
          mark: TOKEN_MARK,
        },
        {
          name: rowName('introspection', way),
          server,
          next: always(formPost(introspection, home.resourceServer, { token: issued })),
          mark: ACTIVE_MARK,
        },
      );
    }
    const measurement = await measure(rows, { ...context.schedule, connections: CONNECTIONS });
    return { ...measurement, aims: KINDS.flatMap((kind) => costsLittle(measurement.rows, kind)) };
  });

function commandFor(way: (typeof WAYS)[number], home: string): ServerCommand {
  switch (way) {
    case 'off':
      return unaudited('Ambit without records', home);
    case 'on':
      return ambit('Ambit', home);
    case 'on, synced to the disk':
      return ambit('Ambit, synced', home, { AMBIT_AUDIT_SYNC: '1' });
  }
}

/** At most 15 % of the throughput, and 2 ms of the median. */
function costsLittle(rows: readonly RowFigures[], kind: (typeof KINDS)[number]): Aim[] {
  const [off, on] = [rowName(kind, 'off'), rowName(kind, 'on')];
  const p50 = (name: string): number => rows.find((row) => row.name === name)?.p50Ms ?? NaN;
  return [
    {
      aim: `${on} to off: requests/s`,
      figure: ratio(rows, 'requestsPerSecond', on, off),
      bound: { atLeast: 0.85 },
    },
    {
      aim: `${on}: p50 above off`,
      figure: p50(on) - p50(off),
      bound: { atMost: 2 },
      unit: 'ms',
    },
  ];
}
