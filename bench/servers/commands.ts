import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CatalogDocument } from '@ambit/scope-catalog';
import type { Credentials } from '../load/requests.ts';
import { audienceOf, BENCH_ALGS, LIFETIME_SECONDS, scopeNames } from '../seed/bench-catalog.ts';
import type { BareAnswer, BareSettings } from './bare-answer.ts';
import type { ServerCommand } from './server-process.ts';
import type { StockSettings } from './stock-settings.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/**
 * Ambit as its users start it: the real binary with default settings on any free port. Only the limit on requests, which
 * one client comes to in a few seconds here, is out of its reach; each is counted all the same.
 */
export const ambit = (
  name: string,
  home: string,
  settings: Readonly<Record<`AMBIT_${string}`, string>> = {},
): ServerCommand => ({
  name,
  command: [path('../../node_modules/.bin/ambit-idp'), 'serve'],
  environment: {
    AMBIT_HOME: home,
    AMBIT_LISTEN: '127.0.0.1:0',
    AMBIT_CLIENT_REQUESTS_PER_MINUTE: '1000000000',
    ...settings,
  },
});

/** How much room the runtime is given for what dies young, as `ambit-idp` says it. */
function youngGeneration(): string {
  const program = readFileSync(path('../../packages/idp/bin/ambit-idp'), 'utf8');
  const [option] = /--max-semi-space-size=\d+/.exec(program) ?? [];
  if (option === undefined) throw new Error('ambit-idp gives the runtime no young generation');
  return option;
}

/** Ambit without audit records, under the options that `ambit-idp` gives the runtime. */
export const unaudited = (
  name: string,
  home: string,
  settings: Readonly<Record<`AMBIT_${string}`, string>> = {},
): ServerCommand => ({
  ...ambit(name, home, settings),
  command: [process.execPath, youngGeneration(), path('./unaudited.ts')],
});

/** The library alone, with the same client, audiences, scopes and lifetime. */
export const stock = (
  name: string,
  catalog: CatalogDocument,
  client: Credentials,
  rsaBits: number,
): ServerCommand => ({
  name,
  command: [process.execPath, path('./stock.ts')],
  settings: {
    client,
    rsaBits,
    lifetimeSeconds: LIFETIME_SECONDS,
    resourceServers: BENCH_ALGS.map((alg) => ({
      alg,
      audience: audienceOf(alg),
      scope: scopeNames(catalog, alg).join(' '),
    })),
  } satisfies StockSettings,
});

/** A bare server that answers what it is told to. */
export const bare = (name: string, answers: BareSettings): ServerCommand => ({
  name,
  command: [process.execPath, path('./bare.ts')],
  settings: answers,
});

/** A bare server that signs as many bytes as the token in an answer has, and answers alike. */
export const floor = (name: string, answer: BareAnswer): ServerCommand => ({
  name,
  command: [process.execPath, path('./floor.ts')],
  settings: answer,
});
