import { writeFileSync } from 'node:fs';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { adminCredentials, startServer } from '../../support/server.ts';
import type { Cast } from '../cast.ts';
import { catalogOf } from '../cast.ts';
import type { Stage } from '../stage.ts';

const GRANT = { grant_type: 'client_credentials', scope: 'orders:read' };

/** Every command that shows something, or takes a secret or a token. */
export async function commands(stage: Stage, { worker, issuer }: Cast): Promise<void> {
  const { home, url } = stage.server;
  const json = async (...words: string[]): Promise<Readonly<Record<string, unknown>>> => {
    const finished = await stage.server.ambit([...words, '--yes', '--output', 'json']);
    expect([words, finished.code]).toEqual([words, 0]);
    const made = JSON.parse(finished.stdout) as Readonly<Record<string, unknown>>;
    stage.keep(`what \`ambit ${words.slice(0, 2).join(' ')}\` made`, String(made['client_secret']));
    stage.printed.push(finished.stdout.replace(String(made['client_secret']), ''), finished.stderr);
    return made;
  };
  await json('client', 'create', 'by-command', '--role', 'clerk');
  await json('client', 'secret', 'add', 'by-command');

  const file = join(home, 'catalog.json');
  writeFileSync(file, catalogOf(stage, issuer));
  const token = await stage.token('a token', GRANT, worker);
  const shown = [token, `${token}x`];
  await Promise.all([
    ...shown.map((text) => stage.ambit(['token', 'introspect', text])),
    stage.ambit(['token', 'explain', '-'], { input: `${token}\n` }),
    stage.ambit(['token', 'trace', token]),
    stage.ambit(['token', 'trace', `x${token}`]),
  ]);
  await stage.ambit(['token', 'revoke', '-', '--yes'], { input: token });
  const wrong = stage.keep(
    'a wrong secret',
    'ambit_Wrong-command-0123456789-0123456789-0123456789',
  );
  const env = { AMBIT_URL: url, AMBIT_CLIENT_ID: 'admin', AMBIT_CLIENT_SECRET: wrong };
  expect((await stage.ambit(['whoami'], { env })).code).toBe(3);
  const reading = [
    ...[['whoami'], ['doctor'], ['client', 'list'], ['client', 'show', 'worker']],
    ...[
      ['client', 'secret', 'list', 'worker'],
      ['audit', 'list'],
      ['audit', 'export'],
    ],
    ...[
      ['catalog', 'show'],
      ['catalog', 'plan', file],
      ['key', 'list'],
      ['role', 'list'],
    ],
    ['access', 'explain', 'worker', 'orders:read'],
  ];
  await Promise.all(reading.map((words) => stage.ambit([...words, '--output', 'json'])));
  for (const output of ['table', 'yaml']) {
    await stage.ambit(['client', 'show', 'worker', '--output', output]);
    await stage.ambit(['audit', 'list', '--output', output]);
  }
}

/** The life of an installation: bootstrap, a new administrator, a new master key, a second start. */
export async function installation(stage: Stage): Promise<void> {
  const server = await startServer({ env: { AMBIT_LOG_LEVEL: 'debug' } });
  stage.servers.push(server);
  const { home } = server;
  stage.keep('the secret of the first administrator', adminCredentials(home).client_secret);
  const masterKey = readFileSync(join(home, 'master.key'), 'utf8').trim();
  stage.keep('the master key', masterKey);
  await server.stop();

  const reset = await server.idp(['bootstrap', '--reset-admin', '--output', 'json']);
  const { client_secret: secret } = JSON.parse(reset.stdout) as { client_secret: string };
  stage.keep('the secret of the second administrator', secret);
  stage.printed.push(reset.stdout.replace(secret, ''), reset.stderr);
  for (const words of [['bootstrap'], ['rekey']]) {
    const { stdout, stderr } = await server.idp(words);
    stage.printed.push(stdout, stderr);
  }
  stage.keep('the new master key', readFileSync(join(home, 'master.key'), 'utf8').trim());
  const again = await startServer({ home, env: { AMBIT_LOG_LEVEL: 'debug' } });
  stage.servers.push(again);
  expect((await again.ambit(['whoami'])).code).toBe(0);
}
