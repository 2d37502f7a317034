import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAdminClient, createConnection } from '@ambit/sdk';
import type { AdminClient, AuditQuery } from '@ambit/sdk';
import { percentile } from '../load/statistics.ts';
import { auditClient } from '../seed/insert-records.ts';
import { plainPlan } from '../seed/plain-plan.ts';
import type { SeededHome } from '../seed/seed-home.ts';
import { ambit } from '../servers/commands.ts';
import { startServer } from '../servers/server-process.ts';
import type { Suite, TimeFigures } from '../suite.ts';

const RECORDS = 1_000_000;
const RECORDS_SHORT = 100_000;
const VERIFY_MOST_SECONDS = 10;
const LIST_MOST_SECONDS = 0.05;
const PAGE = 100;

/**
 * Verifies a log of a million records, and lists it by every filter: a page of a hundred, newest first, with its count. The
 * server is not held to one core, since a verification takes those there are.
 */
export const measureLog: Suite = async ({ options, homes, cores }) => {
  const records = options.short ? RECORDS_SHORT : RECORDS;
  const home = await homes.of({ ...plainPlan(100, 1), name: 'a long log', records });
  const server = await startServer(ambit('Ambit', home.directory), cores?.all);
  try {
    const api = connect(server.url, home);
    const lists: TimeFigures[] = [];
    for (const [name, query] of Object.entries(await filters(api))) {
      const timesMs = await timed(options.short ? 5 : 25, () => api.audit.list(query, PAGE));
      lists.push({ name: `list ${name}`, timesMs });
    }
    const verify: TimeFigures = {
      name: `verify ${String(records)} records`,
      timesMs: await timed(options.short ? 1 : 3, async () => {
        const { whole, findings } = await api.audit.verify([], () => undefined);
        if (!whole) throw new Error(`the log is broken: ${JSON.stringify(findings)}`);
      }),
    };
    return {
      times: [...lists, verify],
      aims: [
        ...lists.map(({ name, timesMs }) => ({
          aim: `${name}, of ${String(records)} records`,
          figure: percentile(timesMs, 50) / 1000,
          bound: { atMost: LIST_MOST_SECONDS },
          unit: 's' as const,
        })),
        {
          aim: verify.name,
          figure: percentile(verify.timesMs, 50) / 1000,
          bound: { atMost: VERIFY_MOST_SECONDS },
          unit: 's',
        },
      ],
    };
  } finally {
    await server.stop();
  }
};

/** Every filter by itself, and some together, the rare within the common among them. */
async function filters(api: AdminClient): Promise<Readonly<Record<string, AuditQuery>>> {
  const { items } = await api.audit.list({ event: 'token.issued', client: auditClient(17) }, 50);
  const { jti = '', request_id: requestId = '', time = '' } = items.at(-1) ?? {};
  const client = auditClient(17);
  const scope = 'es256-0:action-0';
  const hourBefore = new Date(Date.parse(time) - 3_600_000).toISOString();
  return {
    'without a filter': {},
    'by client': { client },
    'by subject': { subject: client },
    'by scope': { scope },
    'by decision': { decision: 'refused' },
    'by the other decision': { decision: 'granted' },
    'by event': { event: 'token.introspected' },
    'by a rare event': { event: 'catalog.published' },
    'by jti': { jti },
    'by request': { request_id: requestId },
    'by time': { since: hourBefore, until: time },
    'by client and decision': { client, decision: 'refused' },
    'by scope and event': { scope, event: 'token.refused' },
    'by client, scope and time': { client, scope, until: time },
    'by what never comes together': { event: 'catalog.published', decision: 'refused' },
    'by what is common and never comes together': { decision: 'granted', event: 'token.refused' },
  };
}

async function timed(times: number, work: () => Promise<unknown>): Promise<number[]> {
  await work(); // so that the first one, which reads from the disk, does not count
  const timesMs: number[] = [];
  for (let time = 0; time < times; time += 1) {
    const started = performance.now();
    await work();
    timesMs.push(performance.now() - started);
  }
  return timesMs;
}

function connect(url: string, { directory }: SeededHome): AdminClient {
  const { client_id: clientId, client_secret: clientSecret } = JSON.parse(
    readFileSync(join(directory, 'admin.json'), 'utf8'),
  ) as Record<'client_id' | 'client_secret', string>;
  return createAdminClient(
    createConnection({
      url: new URL(url),
      credentials: { clientId, clientSecret },
      fetch,
      now: Date.now,
    }),
  );
}
