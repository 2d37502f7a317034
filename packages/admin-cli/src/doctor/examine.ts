import { present } from '@ambit/scope-catalog';
import {
  ApiProblem,
  createAdminClient,
  createConnection,
  discover,
  DiscoveryFailed,
  TokenRefused,
  Unavailable,
  Unreachable,
} from '@ambit/sdk';
import { loadConfiguration } from '../configuration/configuration.ts';
import type { Configuration, Selection } from '../configuration/configuration.ts';
import { reportFailure } from '../failure.ts';
import type { Io } from '../io.ts';
import { fine, skipped } from './check.ts';
import type { Check } from './check.ts';
import { checkClock, watchClock } from './clock.ts';
import { checkKeys, checkSecrets, checkSunsets } from './standing.ts';

/** What an examination found. */
export interface Examination {
  readonly checks: readonly Check[];
  readonly reachable: boolean;
}

/**
 * Looks at everything between this machine and the server, from near to far, and stops where nothing further can be
 * seen.
 */
export async function examine(selection: Selection, io: Io): Promise<Examination> {
  let configuration: Configuration;
  try {
    configuration = await loadConfiguration(selection, io);
  } catch (error) {
    const check =
      error instanceof Unreachable || error instanceof Unavailable
        ? 'server'
        : error instanceof DiscoveryFailed
          ? 'issuer'
          : 'configuration';
    return { checks: [failed(check, error)], reachable: !(error instanceof Unreachable) };
  }
  const { url, source } = configuration;
  const near = [
    fine('configuration', `${url.origin}, credentials from ${source}`),
    checkTransport(url),
  ];

  const clock = watchClock(io.fetch, io.now);
  try {
    await discover(url, clock.fetch);
  } catch (error) {
    const server =
      error instanceof Unreachable || error instanceof Unavailable
        ? [failed('server', error)]
        : [fine('server', 'answers'), failed('issuer', error)];
    return { checks: [...near, ...server], reachable: !(error instanceof Unreachable) };
  }
  const road = [
    fine('server', 'answers'),
    fine('issuer', 'is what the server calls itself'),
    checkClock(clock.skew()),
  ];
  return {
    checks: [...near, ...road, ...(await checkStanding(configuration, io))],
    reachable: true,
  };
}

/** Whether secrets travel where nobody reads along. */
function checkTransport(url: URL): Check {
  const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url.protocol === 'https:') return fine('transport', 'encrypted');
  if (loopback) return fine('transport', 'plain http, within this machine');
  return {
    check: 'transport',
    status: 'warn',
    message: 'plain http to another machine',
    hint: 'give the server a certificate (AMBIT_TLS_CERT_FILE), and use its https URL',
  };
}

/** What can be seen once signed in. */
async function checkStanding(configuration: Configuration, io: Io): Promise<readonly Check[]> {
  const { url, credentials } = configuration;
  const api = createAdminClient(
    createConnection({ url, credentials, fetch: io.fetch, now: io.now }),
  );
  try {
    const me = await api.whoami();
    return [
      fine('credentials', `accepted as ${me.client_id}`),
      ...checkSecrets(me, io.now()),
      ...(await ifAllowed('keys', async () => checkKeys((await api.keys.list()).items))),
      ...(await ifAllowed('sunsets', async () =>
        checkSunsets(await api.catalog.find('active'), io.now()),
      )),
    ];
  } catch (error) {
    return [failed('credentials', error)];
  }
}

/** A look that not every role is allowed: without the right to it, it is skipped and no fault. */
async function ifAllowed(
  check: string,
  look: () => Promise<readonly Check[]>,
): Promise<readonly Check[]> {
  try {
    return await look();
  } catch (error) {
    const refused =
      error instanceof TokenRefused || (error instanceof ApiProblem && error.status === 403);
    return [refused ? skipped(check, 'your roles do not let you see them') : failed(check, error)];
  }
}

function failed(check: string, error: unknown): Check {
  const { message, hint } = reportFailure(error);
  return { check, status: 'fail', message, ...present({ hint }) };
}
