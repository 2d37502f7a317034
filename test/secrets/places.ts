import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { tokenOf } from '../support/oauth.ts';
import { adminCredentials } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { dumpStored, isDatabaseFile } from '../support/stored.ts';
import type { Stage } from './stage.ts';

/** Somewhere a server tells or keeps something: all of it, as text; bytes as latin1. */
export type Place = (stage: Stage) => string | Promise<string>;

const ofAll =
  (read: (server: TestServer) => string | Promise<string>): Place =>
  async ({ servers }) =>
    (await Promise.all(servers.map(async (server) => read(server)))).join('\n');

/** Files of a home folder that are there to hold a secret. */
const KEPT_IN = ['admin.json', 'demo.json', 'master.key', 'master.key.old'];

/** The files of a home folder, but those and the database. */
function otherFiles({ home }: TestServer): string {
  return readdirSync(home, { recursive: true, encoding: 'utf8' })
    .filter((name) => !isDatabaseFile(name) && !KEPT_IN.includes(name))
    .filter((name) => statSync(join(home, name)).isFile())
    .map((name) => `\n${name}\n${readFileSync(join(home, name), 'latin1')}`)
    .join('');
}

/** All pages of a list of the admin API. */
async function readList({ admin }: Stage, path: string): Promise<string> {
  let told = '';
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const glue = path.includes('?') ? '&' : '?';
    const { text, body } = await admin(`GET ${path}${glue}limit=500${cursor}`);
    told += text;
    cursor = typeof body['next'] === 'string' ? `&cursor=${body['next']}` : undefined;
  }
  return told;
}

/** What a running server tells and keeps. */
export const LIVE_PLACES: Readonly<Record<string, Place>> = {
  'the log, at debug level': ofAll((server) => Object.values(server.output()).join('\n')),
  'the audit log': (stage) => readList(stage, '/audit?order=oldest-first'),
  'the lists of everything': async (stage) => {
    const lists = ['/clients', '/clients/worker/secrets', '/roles', '/revocations', '/keys'];
    const told = [];
    for (const path of [...lists, '/catalog/versions']) told.push(await readList(stage, path));
    const { text } = await stage.admin('GET /catalog/versions/active');
    return [...told, text].join('\n');
  },
  'the answers': ({ answers }) => answers.join('\n'),
  'what commands print': ({ printed }) => printed.join('\n'),
  'the metrics': async (stage) => {
    const { server } = stage;
    const token = await tokenOf(server, adminCredentials(server.home), 'ambit.metrics:read');
    const headers = { authorization: `Bearer ${token}` };
    return (await stage.send(`${server.url}/metrics`, { method: 'GET', headers })).text;
  },
  'the arguments of the server': ofAll(({ child }) => {
    const file = `/proc/${String(child.pid)}/cmdline`;
    return existsSync(file) ? readFileSync(file, 'utf8') : child.spawnargs.join(' ');
  }),
  'the database while it is in use': ofAll(({ home }) => dumpStored(home)),
};

/** What is left when every server has ended, and its write-ahead log is folded into the database. */
export const LASTING_PLACES: Readonly<Record<string, Place>> = {
  'the database': ofAll(({ home }) => dumpStored(home)),
  'the traces, which a server sends the last of when it ends': ({ traces }) => traces.join('\n'),
  'the other files of the home folder': ofAll(otherFiles),
};
