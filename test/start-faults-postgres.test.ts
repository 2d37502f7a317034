import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createTestDatabase } from './support/postgres/test-database.ts';
import type { TestDatabase } from './support/postgres/test-database.ts';
import { AMBIT_IDP, run } from './support/processes.ts';
import type { Finished } from './support/processes.ts';
import { temporaryFolder } from './support/server.ts';

/** A user who may do nothing that is not granted. */
const USER = `ambit_test_${randomBytes(6).toString('hex')}`;

let home: string;
let database: TestDatabase;
beforeAll(async () => {
  home = temporaryFolder();
  writeFileSync(join(home, 'master.key'), `${randomBytes(32).toString('base64')}\n`, {
    mode: 0o600,
  });
  database = await createTestDatabase();
  await database.run(`create role ${USER} login password 'hunter2'`);
});
afterAll(async () => {
  await database.run(`drop owned by ${USER}; drop role ${USER}`);
  await database.drop();
  rmSync(home, { recursive: true, force: true });
});

let schema: string;
beforeEach(async () => {
  schema = `s_${randomBytes(6).toString('hex')}`;
  await database.run(`create schema ${schema}; grant usage on schema ${schema} to ${USER}`);
});

/** The URL of the database, with something changed in it. */
function changed(change: (url: URL) => void): string {
  const url = new URL(database.url);
  url.searchParams.set('options', `-c search_path=${schema}`);
  change(url);
  return url.href;
}
function asUser(url: URL): void {
  url.username = USER;
  url.password = 'hunter2';
}
function idp(url: string, ...words: readonly string[]): Promise<Finished> {
  return run(AMBIT_IDP, words, {
    env: {
      AMBIT_HOME: home,
      AMBIT_MASTER_KEY_FILE: join(home, 'master.key'),
      AMBIT_DATABASE_URL: url,
    },
  });
}

/** Expects one line that says what is wrong and what mends it, without stack, SQL or password, and exit 1. */
async function expectRefused(url: string, commands: readonly string[], said: RegExp) {
  for (const command of commands) {
    const { stderr, stdout, code } = await idp(url, ...command.split(' '));
    expect(stderr).toMatch(/^ambit-idp: [^\n]+; [^\n]+\n$/);
    expect(stderr).toMatch(said);
    expect(stderr).not.toMatch(/hunter2|\bselect\b|\binsert\b|create table|\.ts:/);
    expect([stdout, code]).toEqual(['', 1]);
  }
}

test('a database of somebody else, with a table by a name of ours, is told and stays as it is', async () => {
  await database.run(`create table ${schema}.clients (theirs text)`);
  const url = changed(() => undefined);
  await expectRefused(url, ['bootstrap', 'migrate'], /is not an Ambit database; /);
  const tables = await database.run(
    `select table_name from information_schema.tables where table_schema = '${schema}'`,
  );
  expect(tables).toEqual([{ table_name: 'clients' }]);
});

test('a table that is only called like the one of our schema is told', async () => {
  await database.run(`create table ${schema}.ambit_schema (theirs text)`);
  await expectRefused(
    changed(() => undefined),
    ['migrate', 'verify'],
    /is not an Ambit database; /,
  );
});

test('a user who may make no table is told', async () => {
  await expectRefused(
    changed(asUser),
    ['bootstrap', 'migrate'],
    /does not let this user do so \(42501: permission denied for schema s_\w+\); let the user .* own the schema/,
  );
});

test('a search path that leads nowhere is told', async () => {
  const url = changed((to) => {
    to.searchParams.set('options', '-c search_path=nowhere');
  });
  await expectRefused(
    url,
    ['bootstrap', 'verify'],
    /has no schema to work in; make the one that `search_path` names/,
  );
});

test('a user who may only read, or not even that, is told', async () => {
  expect(
    await idp(
      changed(() => undefined),
      'bootstrap',
    ),
  ).toMatchObject({ code: 0 });
  await expectRefused(
    changed(asUser),
    ['verify', 'serve'],
    /permission denied for table ambit_schema/,
  );
  await database.run(`grant select on all tables in schema ${schema} to ${USER}`);
  await expectRefused(
    changed(asUser),
    ['verify', 'bootstrap --reset-admin'],
    /nothing was changed: .*\(42501: permission denied for table \w+\); see that .* write all tables/,
  );
});

test('a database that the server does not have is told, and bootstrap not advised', async () => {
  const url = changed((to) => (to.pathname = '/nowhere'));
  const said = /the server has no database `.*\/nowhere`; make it there/;
  await expectRefused(url, ['bootstrap', 'serve'], said);
});

test('a URL without a password is told', async () => {
  const url = changed((to) => (to.password = ''));
  await expectRefused(
    url,
    ['migrate'],
    /\(it asks for a password, and there is none\); check user/,
  );
});

test('where something was not foreseen, the log says at debug where it came from', async () => {
  const url = changed(() => undefined);
  await idp(url, 'migrate');
  await database.run(`alter table ${schema}.vault drop column sealed_at`);
  const said = /it cannot go on: 42703: column .*sealed_at.* does not exist/;
  await expectRefused(url, ['bootstrap'], said);
  const { stderr } = await idp(url, 'bootstrap', '--log-level', 'debug');
  expect(stderr.trim().split('\n')).toEqual([
    expect.stringMatching(/^\{.*"level":"debug","msg":"failed","stack":".*\bat /),
    expect.stringMatching(said),
  ]);
});
