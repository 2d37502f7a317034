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
const ROADS = ['by the library', 'on the narrow path'] as const;
const SETTINGS = {
  'by the library': { AMBIT_NARROW_PATH: '0' },
  'on the narrow path': {},
} as const;
/** The aim is of the road that every kind of request can take; what the narrow path saves makes the same record weigh more. */
const AIMED_AT = 'by the library';

type Road = (typeof ROADS)[number];
type Way = (typeof WAYS)[number];
type Kind = (typeof KINDS)[number];

const rowName = (kind: Kind, road: Road, way: Way): string => `${kind} ${road}, audit ${way}`;

/** What the audit log costs: without it, with it, and with every group of records on the disk before its answers. */
export const measureAudit: Suite = async (context) =>
  withServers(context, async (start) => {
    const rows: Row[] = [];
    for (const [road, way] of ROADS.flatMap((one) => WAYS.map((other) => [one, other] as const))) {
      const home = await context.homes.of({ ...plainPlan(100, 1), name: `audit ${way}, ${road}` });
      const server = await start(commandFor(road, way, home.directory));
      const { token, introspection } = await discover(server);
      const client = onlyClient(home);
      const form = tokenForm(home, 'ES256');
      const issued = accessTokenIn((await fetchAnswer(token, client, form)).body);
      rows.push(
        {
          name: rowName('token', road, way),
          server,
          next: always(formPost(token, client, form)),
          mark: TOKEN_MARK,
        },
        {
          name: rowName('introspection', road, way),
          server,
          next: always(formPost(introspection, home.resourceServer, { token: issued })),
          mark: ACTIVE_MARK,
        },
      );
    }
    const measurement = await measure(rows, { ...context.schedule, connections: CONNECTIONS });
    return { ...measurement, aims: KINDS.flatMap((kind) => costsLittle(measurement.rows, kind)) };
  });

function commandFor(road: Road, way: Way, home: string): ServerCommand {
  const settings = SETTINGS[road];
  switch (way) {
    case 'off':
      return unaudited(`Ambit ${road}, without records`, home, settings);
    case 'on':
      return ambit(`Ambit ${road}`, home, settings);
    case 'on, synced to the disk':
      return ambit(`Ambit ${road}, synced`, home, { ...settings, AMBIT_AUDIT_SYNC: '1' });
  }
}

/** At most 15 % of the throughput, and 2 ms of the median. */
function costsLittle(rows: readonly RowFigures[], kind: Kind): Aim[] {
  const [off, on] = [rowName(kind, AIMED_AT, 'off'), rowName(kind, AIMED_AT, 'on')];
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
