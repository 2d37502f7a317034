import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { CatalogDocument } from '@ambit/scope-catalog';
import type { Credentials } from '../load/requests.ts';
import { ambit } from '../servers/commands.ts';
import { startServer } from '../servers/server-process.ts';
import type { ServerCommand } from '../servers/server-process.ts';
import { copyClient } from './copy-client.ts';
import { insertClients } from './insert-clients.ts';
import type { SeedClient } from './insert-clients.ts';
import { insertRecords } from './insert-records.ts';

/** What a home of the bench holds. */
export interface SeedPlan {
  /** Tells it from the other homes of a run. */
  readonly name: string;
  readonly catalog: CatalogDocument;
  readonly clients: readonly SeedClient[];
  /** The PostgreSQL that it is in, and still empty; without it, a file of its own. */
  readonly databaseUrl?: string;
  /** Records of the audit log beside those of its laying out. */
  readonly records?: number;
  /** Names under which the first client is there too, with the same secret. */
  readonly copies?: readonly string[];
}

/** A home with a published catalog and clients, ready to be served. */
export interface SeededHome {
  readonly directory: string;
  /** What a server of it must be told beside where it is. */
  readonly settings: Readonly<Record<`AMBIT_${string}`, string>>;
  readonly catalog: CatalogDocument;
  /** Those that have a secret, in the order of the plan. */
  readonly clients: readonly Credentials[];
  /** The credential of the resource server that takes ES256 tokens. */
  readonly resourceServer: Credentials;
}

/** Lays out a home as an administrator would, with `ambit`; its many clients go straight into the store. */
export async function seedHome(directory: string, plan: SeedPlan): Promise<SeededHome> {
  const { name, catalog } = plan;
  process.stderr.write(`seeding ${name}\n`);
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'catalog.json');
  writeFileSync(file, JSON.stringify(catalog));

  const settings = plan.databaseUrl === undefined ? {} : inDatabase(directory, plan.databaseUrl);
  const command = ambit('Ambit', directory, settings);
  if (plan.databaseUrl !== undefined) await bootstrap(command);
  const server = await startServer(command, undefined);
  const administer = (words: readonly string[]): Promise<Record<string, unknown>> =>
    runAmbit(words, { AMBIT_HOME: directory, AMBIT_URL: server.url });
  try {
    await administer(['catalog', 'publish', file, '--comment', 'bench']);
    const created = await administer([
      ...['client', 'create', 'es256-server', '--resource-server', 'es256'],
    ]);
    const { client_id: clientId, client_secret: clientSecret } = created;
    const resourceServer = { clientId: String(clientId), clientSecret: String(clientSecret) };
    await server.stop();
    const clients = await insertClients(directory, plan.clients, plan.databaseUrl);
    if (plan.records !== undefined) insertRecords(directory, plan.records);
    const [first] = clients;
    if (first && plan.copies) {
      copyClient(directory, first.clientId, plan.copies);
      for (const clientId of plan.copies) clients.push({ ...first, clientId });
    }
    return { directory, settings, catalog, clients, resourceServer };
  } finally {
    await server.stop();
  }
}

/** The settings of a home in a database that others could use too, which makes no master key by itself. */
function inDatabase(directory: string, url: string): SeededHome['settings'] {
  const file = join(directory, 'master.key');
  writeFileSync(file, randomBytes(32).toString('base64'), { mode: 0o600 });
  return { AMBIT_DATABASE_URL: url, AMBIT_MASTER_KEY_FILE: file };
}

async function bootstrap({ command: [program = ''], environment }: ServerCommand): Promise<void> {
  await promisify(execFile)(program, ['bootstrap'], { env: { ...process.env, ...environment } });
}

/** Runs `ambit` as the administrator of a home. */
async function runAmbit(
  words: readonly string[],
  environment: Readonly<Record<`AMBIT_${string}`, string>>,
): Promise<Record<string, unknown>> {
  const program = fileURLToPath(new URL('../../node_modules/.bin/ambit', import.meta.url));
  const { stdout } = await promisify(execFile)(program, [...words, '--yes', '--output', 'json'], {
    env: { ...process.env, ...environment },
  });
  return JSON.parse(stdout) as Record<string, unknown>;
}
