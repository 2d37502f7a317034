import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { decodeProtectedHeader } from 'jose';
import { drillChaos } from './support/chaos-drill.ts';
import type { ChaosFigures } from './support/chaos-drill.ts';
import { layOutShop } from './support/fault-shop.ts';
import type { FaultShop } from './support/fault-shop.ts';
import { introspect, requestToken, tokenOf } from './support/oauth.ts';
import { startOwnPostgres } from './support/postgres/own-postgres.ts';
import type { OwnPostgres } from './support/postgres/own-postgres.ts';
import { createTestDatabase } from './support/postgres/test-database.ts';
import type { TestDatabase } from './support/postgres/test-database.ts';
import { drillRevocations } from './support/replicas-drill.ts';
import { SHARED_ISSUER, startReplicas } from './support/replicas.ts';
import type { Replica, Replicas } from './support/replicas.ts';
import { AMBIT_IDP, run } from './support/processes.ts';
import { temporaryFolder } from './support/server.ts';
import { stateAge } from './support/state-age.ts';
import { until } from './support/until.ts';

/** The short form of `npm run drill:replicas`. */
const ROUNDS = 200;
const CYCLES = 1;

test('of several that lay out one PostgreSQL at once, all succeed and one makes the administrator', async () => {
  const database = await createTestDatabase();
  const homes = Array.from({ length: 4 }, temporaryFolder);
  try {
    const done = await Promise.all(
      homes.map((home) =>
        run(AMBIT_IDP, ['bootstrap', '--output', 'json'], {
          env: {
            AMBIT_HOME: home,
            AMBIT_DATABASE_URL: database.url,
            AMBIT_MASTER_KEY: Buffer.alloc(32, 1).toString('base64'),
            AMBIT_ISSUER: SHARED_ISSUER,
          },
        }),
      ),
    );
    expect(done.map(({ code, stderr }) => (code ? stderr : 0))).toEqual(homes.map(() => 0));
    expect(done.filter(({ stdout }) => stdout.includes('client_secret'))).toHaveLength(1);
  } finally {
    for (const home of homes) rmSync(home, { recursive: true, force: true });
    await database.drop();
  }
});

test('a server on PostgreSQL makes no master key, and says what it needs', async () => {
  const database = await createTestDatabase();
  const home = temporaryFolder();
  try {
    const env = { AMBIT_HOME: home, AMBIT_DATABASE_URL: database.url };
    const empty = await run(AMBIT_IDP, ['serve', '--listen', '127.0.0.1:0'], { env });
    expect([empty.code, empty.stderr]).toEqual([
      1,
      'ambit-idp: the database is empty; run `ambit-idp bootstrap` first\n',
    ]);
    const keyless = await run(AMBIT_IDP, ['bootstrap'], { env });
    expect(keyless.code).toBe(1);
    expect(keyless.stderr).toContain('AMBIT_MASTER_KEY');
    expect(existsSync(join(home, 'master.key'))).toBe(false);
  } finally {
    rmSync(home, { recursive: true, force: true });
    await database.drop();
  }
});

describe('two servers on one PostgreSQL', () => {
  let database: TestDatabase;
  let replicas: Replicas;
  let shop: FaultShop;

  beforeAll(async () => {
    database = await createTestDatabase();
    replicas = await startReplicas(database.url, 2, {
      AMBIT_CLIENT_REQUESTS_PER_MINUTE: '0',
      AMBIT_MANAGEMENT_LISTEN: '127.0.0.1:0',
    });
    shop = await layOutShop(() => replicas.next(), SHARED_ISSUER);
  });
  afterAll(async () => {
    await replicas.remove();
    await database.drop();
  });

  test('a token that is revoked at one is inactive at the other in the very next request, always', async () => {
    expect(await drillRevocations(replicas, shop, ROUNDS)).toMatchObject({
      ...{ rounds: ROUNDS, activeBefore: ROUNDS, activeAfter: 0 },
    });
  });

  test('a key that is given up at one is gone at both, and what signs then is in the JWKS of both', async () => {
    const { body } = await shop.admin('GET /keys');
    const keys = body['items'] as { kid: string; state: string; alg: string }[];
    const given = keys.find(({ state, alg }) => state === 'active' && alg === 'ES256')?.kid ?? '';
    expect((await shop.admin('POST /revocations', { key: given })).status).toBe(201);
    for (const replica of replicas.all) {
      const token = await tokenOf(replica, shop.service, 'orders:read');
      for (const other of replicas.all) {
        const published = await kidsAt(other);
        expect(published).toContain(decodeProtectedHeader(token).kid);
        expect(published).not.toContain(given);
        const { body: told } = await introspect(other, shop.resourceServer, token);
        expect(told).toMatchObject({ active: true });
      }
    }
  });

  test('a client that is disabled at one gets no token at the other, in the very next request', async () => {
    const [one, other] = replicas.all as [Replica, Replica];
    for (const [here, there] of [
      [one, other],
      [other, one],
    ]) {
      replicas.next = () => ({ url: here?.url ?? '', home: replicas.home });
      const disabled = await shop.admin('POST /clients/service/disable');
      expect(disabled.status).toBe(200);
      expect((await requestToken(there ?? one, shop.service)).status).toBe(401);
      await shop.admin('POST /clients/service/enable');
      expect(
        (await requestToken(there ?? one, shop.service, { scope: 'orders:read' })).status,
      ).toBe(200);
    }
  });

  test('each says how old at the most what it shows may be: not much more than a second', async () => {
    for (const { server } of replicas.all) {
      await until(async () => ((await stateAge(server)) ?? Infinity) < 1.5);
    }
  });
});

async function kidsAt({ url }: Replica): Promise<string[]> {
  const { keys } = (await (await fetch(`${url}/oauth2/jwks`)).json()) as {
    keys: { kid: string }[];
  };
  return keys.map(({ kid }) => kid);
}

describe('two servers under load that lose their connections, their database and each other', () => {
  let postgres: OwnPostgres;
  let figures: ChaosFigures;

  beforeAll(async () => {
    postgres = await startOwnPostgres();
    figures = await drillChaos(postgres, { cycles: CYCLES });
  });
  afterAll(() => postgres.remove());

  test('have every token that a client received in the log, and no revoked one active', () => {
    expect([figures.unrecorded, figures.wrong]).toEqual([[], []]);
    expect(figures.received).toBeGreaterThan(100);
    expect(figures.revoked).toBeGreaterThan(0);
  });

  test('have a log that verifies, with a chain for each server', () => {
    expect(figures).toMatchObject({ whole: true });
    expect(figures.writers).toBeGreaterThan(2);
  });

  test('answer with errors only while something is at fault, and only with 503', () => {
    expect(figures.errorsAtPeace).toBe(0);
    const statuses = [...figures.answers.keys()].map((kind) => kind.split(' ').at(-1));
    expect(new Set(statuses)).toEqual(new Set(['200', '201', '503', 'lost']));
  });

  test('say that the database is gone, and that they live', () => {
    expect(figures.health.length).toBeGreaterThan(0);
    for (const said of figures.health) {
      expect(said).toMatch(/^503 (?:the store does not answer|the audit log cannot be written)$/);
    }
  });

  test('say by a metric that the database is gone, each of them: the state grows older than it may be', () => {
    expect(figures.stateAges).toHaveLength(2 * CYCLES);
    for (const age of figures.stateAges) expect(age).toBeGreaterThan(2);
  });
});
