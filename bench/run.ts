/** Measures Ambit beside a stock oidc-provider and a bare server; docs/benchmark.md says how to read the figures. */
import { cpus, loadavg } from 'node:os';
import { isMet } from './aims.ts';
import { keepRun } from './keep.ts';
import { takeCores } from './machine/cores.ts';
import { readOptions, scheduleOf, usageOf } from './options.ts';
import { renderReport } from './report.ts';
import { createHomes } from './seed/homes.ts';
import type { Suite, SuiteResult } from './suite.ts';
import { measureAudit } from './suites/audit.ts';
import { measureClients } from './suites/clients.ts';
import { measureExchange } from './suites/exchange.ts';
import { measureLog } from './suites/log.ts';
import { measurePostgres } from './suites/postgres.ts';
import { measureProtocol } from './suites/protocol.ts';
import { measureRules } from './suites/rules.ts';
import { measureScopes } from './suites/scopes.ts';
import { measureSpeed } from './suites/speed.ts';
import { measureStart } from './suites/start.ts';
import { measureWorkers } from './suites/workers.ts';

const SUITES: Readonly<Record<string, Suite>> = {
  speed: measureSpeed,
  protocol: measureProtocol,
  exchange: measureExchange,
  scopes: measureScopes,
  clients: measureClients,
  rules: measureRules,
  audit: measureAudit,
  log: measureLog,
  start: measureStart,
  workers: measureWorkers,
  postgres: measurePostgres,
};

const read = readOptions(process.argv.slice(2), Object.keys(SUITES));
if (!read.ok) {
  process.stderr.write(`bench: ${read.error}\n${usageOf(Object.keys(SUITES))}`);
  process.exit(2);
}
if (read.value === 'help') {
  process.stdout.write(usageOf(Object.keys(SUITES)));
  process.exit(0);
}
const options = read.value;
const schedule = scheduleOf(options);
const cores = takeCores();
const machine = {
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  node: process.version,
  pinned: cores !== undefined,
};
const busyBefore = loadavg()[0];

const homes = createHomes();
const suites: Record<string, SuiteResult> = {};
try {
  for (const [name, suite] of Object.entries(SUITES)) {
    if (options.only !== undefined && options.only !== name) continue;
    process.stderr.write(`suite ${name}\n`);
    suites[name] = await suite({ options, schedule, cores, homes });
  }
} finally {
  homes.remove();
}

console.log(renderReport(suites));
const folder = new URL(
  `./results/${new Date().toISOString().replaceAll(':', '-')}/`,
  import.meta.url,
);
keepRun(folder, { machine, busyBefore, schedule, suites });

const missed = Object.values(suites).some(({ aims }) => !aims.every(isMet));
process.exitCode = missed ? 1 : 0;
