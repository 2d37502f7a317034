import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newAuthority } from '../../../../test/support/certificates.ts';
import { createTestDatabase } from '../../../../test/support/postgres/test-database.ts';
import type { TestDatabase } from '../../../../test/support/postgres/test-database.ts';
import { openStorage, SCHEMA_VERSION } from '../../src/store/open-storage.ts';
import { describeStoreProblem } from '../../src/store/problem.ts';
import { newSchema, openSoundUrl } from '../support/postgres-store.ts';
import { temporaryFolder } from '../support/temporary-store.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** What is said of a database that cannot be opened, in one line. */
async function refusalOf(url: string): Promise<string> {
  const opened = await openStorage({ url });
  if (opened.ok) throw new Error('it was opened');
  const { message, hint } = describeStoreProblem(opened.error);
  return `${message}; ${hint}`;
}

/** The URL of the database with something changed in it. */
function changed(change: (url: URL) => void): string {
  const url = new URL(database.url);
  change(url);
  return url.href;
}
const schemaOf = (url: string): string => /search_path%3D(\w+)/.exec(url)?.[1] ?? '';

describe('a PostgreSQL that cannot be used is told of in one line, without the password', () => {
  test('where nobody listens', async () => {
    const url = changed((to) => ((to.port = '1'), (to.password = 'hunter2')));
    const said = await refusalOf(url);
    expect(said).toMatch(/^the database `127\.0\.0\.1:1\/\w+` cannot be reached \(ECONNREFUSED\);/);
    expect(said).not.toContain('hunter2');
  });

  test('where there is no such database', async () => {
    expect(await refusalOf(changed((to) => (to.pathname = '/nowhere')))).toMatch(
      /^the server has no database `.*\/nowhere`;/,
    );
  });

  test('where the password is another', async () => {
    const said = await refusalOf(changed((to) => (to.password = 'hunter2')));
    expect(said).toMatch(/refuses this user \(the password is another: 28P01\);/);
    expect(said).not.toContain('hunter2');
  });

  test('where the way is to be encrypted and cannot be', async () => {
    for (const mode of ['require', 'no-verify', 'verify-ca']) {
      const url = changed((to) => {
        to.searchParams.set('sslmode', mode);
      });
      expect(await refusalOf(url)).toMatch(/cannot be reached \(.*SSL/);
    }
  });

  test('where its certificate names another host, or is of an authority that nobody knows', async () => {
    const folder = temporaryFolder();
    const authority = await newAuthority();
    const { cert, key } = await authority.issue('CN=db', [{ type: 'dns', value: 'db.example' }]);
    writeFileSync(join(folder.path, 'root.pem'), authority.cert);
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      // It says that it speaks TLS, and does.
      socket.once('data', () => {
        socket.write('S');
        new TLSSocket(socket, { isServer: true, cert, key }).on('error', () => undefined);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const url = `postgres://u:hunter2@127.0.0.1:${String(port)}/a?sslmode=verify-full`;
    expect(await refusalOf(url)).toMatch(
      /^the server of `127.*\/a` is not trusted: its certificate is of an authority that is not known here;/,
    );
    expect(await refusalOf(`${url}&sslrootcert=${join(folder.path, 'root.pem')}`)).toMatch(
      /^the server of `127.*\/a` is not trusted: its certificate names another host;/,
    );
    await new Promise((resolve) => server.close(resolve));
    folder.remove();
  });

  test('where the tables are those of somebody else, which stay as they are', async () => {
    const url = await newSchema(database);
    await database.run(`create table ${schemaOf(url)}.catalog_versions (theirs text)`);
    expect(await refusalOf(url)).toMatch(/is not an Ambit database;/);
    expect(await database.run(`select * from ${schemaOf(url)}.catalog_versions`)).toEqual([]);
  });

  test('where the database has another encoding than UTF8, which stays as it is', async () => {
    const name = `${new URL(database.url).pathname.slice(1)}_latin`;
    await database.run(`create database ${name} template template0 encoding 'LATIN1' locale 'C'`);
    try {
      expect(await refusalOf(changed((to) => (to.pathname = `/${name}`)))).toMatch(
        /^the database `.*_latin` has the encoding LATIN1, which .*; make it anew by `create database .* encoding 'UTF8'`$/,
      );
    } finally {
      await database.run(`drop database ${name} with (force)`);
    }
  });

  test('where the URL is not understood', async () => {
    expect(await refusalOf('postgres://u:hunter2@db/a?sslmode=prefer')).toBe(
      'the database URL is not understood: `sslmode=prefer` may fall back to plain text; set AMBIT_DATABASE_URL to `sqlite:` and the path of a file, or to `postgres://USER:PASSWORD@HOST/DATABASE` with `?`, `@`, `/`, `#` and `%` in user and password encoded (`%3F`, `%40`, `%2F`, `%23`, `%25`)',
    );
  });
});

describe('a schema from a newer release', () => {
  const laidOut = async (version: number, least: number): Promise<string> => {
    const url = await newSchema(database);
    const store = await openSoundUrl(url);
    await store.migrate();
    await store.close();
    await database.run(
      `update ${schemaOf(url)}.ambit_schema set version = ${String(version)}, least = ${String(least)}`,
    );
    return url;
  };

  test('that only adds is worked on as ever, so that servers can be replaced one by one', async () => {
    const store = await openSoundUrl(await laidOut(SCHEMA_VERSION + 1, SCHEMA_VERSION));
    expect(await store.schemaVersion()).toBe(SCHEMA_VERSION + 1);
    await store.migrate();
    expect(await store.schemaVersion()).toBe(SCHEMA_VERSION + 1);
    await store.storage.transaction((tx) => tx.revision.advance(['clients']));
    await store.close();
  });

  test('that takes away what this one needs is refused', async () => {
    const url = await laidOut(SCHEMA_VERSION + 2, SCHEMA_VERSION + 1);
    expect(await refusalOf(url)).toContain(
      `has schema ${String(SCHEMA_VERSION + 2)}, and this release knows up to ${String(SCHEMA_VERSION)}`,
    );
  });
});

test('what was to be stored is not in the error that says it was not', async () => {
  const store = await openSoundUrl(await newSchema(database));
  await store.migrate();
  const twice = store.storage.transaction(async (tx) => {
    const key = { kid: 'k', alg: 'ES256', state: 'active', publicJwk: {}, createdAt: 1 } as const;
    await tx.keys.insert({ ...key, privateJwk: Buffer.from('sealed-bytes') });
    await tx.keys.insert({ ...key, privateJwk: Buffer.from('sealed-bytes') });
  });
  await expect(twice).rejects.toMatchObject({
    message: expect.not.stringMatching(/sealed-bytes|7365616c6564/),
  });
  await store.close();
});
