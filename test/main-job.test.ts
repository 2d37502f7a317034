import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { introspect, requestToken, revoke, tokenOf } from './support/oauth.ts';
import type { Credential } from './support/oauth.ts';
import { ROOT } from './support/processes.ts';
import { startServer } from './support/server.ts';
import type { TestServer } from './support/server.ts';
import { dumpStored } from './support/stored.ts';

const OPENAPI = join(ROOT, '../shared/data/openapi');
const DATES = ['2024-10-01', '2025-10-01', '2026-08-30'] as const;
const AUDIENCE = 'https://api.cloud.example';

interface Imported {
  readonly catalog: {
    readonly resourceServers: Record<
      string,
      { readonly resources: Record<string, { readonly actions: object }> }
    >;
  };
  readonly renamed: readonly { readonly from: string; readonly to: string }[];
  readonly operations: number;
}
interface Plan {
  readonly gains: readonly {
    readonly client: string;
    readonly role: string;
    readonly scope: string;
  }[];
  readonly losses: readonly {
    readonly client: string;
    readonly role: string;
    readonly scope: string;
  }[];
  readonly changes: readonly { readonly kind: string; readonly scope?: string }[];
}

const scopesOf = ({ catalog }: Imported): string[] =>
  Object.values(catalog.resourceServers).flatMap(({ resources }) =>
    Object.entries(resources).flatMap(([resource, { actions }]) =>
      Object.keys(actions).map((action) => `${resource}:${action}`),
    ),
  );
const without = (left: readonly string[], right: readonly string[]): string[] =>
  left.filter((name) => !right.includes(name)).sort();
const scopesIn = (plan: Plan, kind: string): string[] =>
  plan.changes
    .filter((change) => change.kind === kind)
    .map(({ scope }) => scope ?? '')
    .sort();

const available = existsSync(OPENAPI);
if (!available) {
  console.warn('skipped: the three dated documents of a public cloud API are not here');
}

(available ? describe : describe.skip)('the main job on the API of a real cloud', () => {
  let server: TestServer;
  let imports: Imported[];
  let service: Credential;
  let resourceServer: Credential;
  const file = (date: string): string => join(server.home, `${date}.json`);

  beforeAll(async () => {
    server = await startServer();
    imports = [];
    for (const date of DATES) {
      const source = join(OPENAPI, `digitalocean-${date}.json`);
      const imported = await server.json<Imported>([
        'catalog',
        'import',
        'openapi',
        source,
        '--audience',
        AUDIENCE,
      ]);
      imports.push(imported);
      writeFileSync(file(date), JSON.stringify(imported.catalog));
    }
  });
  afterAll(() => server.remove());

  test('every scope of each document is imported: 93, 119 and 142', () => {
    expect(imports.map((imported) => scopesOf(imported).length)).toEqual([93, 119, 142]);
    expect(imports.map(({ operations }) => operations)).toEqual([338, 519, 659]);
  });

  test('the first is published, and publishing it again changes nothing', async () => {
    const publish = ['catalog', 'publish', file(DATES[0]), '--comment', 'first', '--yes'];
    expect(await server.json(publish)).toMatchObject({ version: 1, changed: true });
    expect(await server.json(publish)).toMatchObject({ version: 1, changed: false });
  });

  test('clients are made with roles', async () => {
    const [name = ''] = Object.keys(imports[0]?.catalog.resourceServers ?? {});
    service = await server.json<Credential & Record<string, unknown>>([
      'client',
      'create',
      'automation',
      '--role',
      'admin',
      '--yes',
    ]);
    resourceServer = await server.json<Credential & Record<string, unknown>>([
      'client',
      'create',
      'cloud-api',
      '--resource-server',
      name,
      '--yes',
    ]);
    expect(service).toMatchObject({
      client_id: 'automation',
      client_secret: expect.stringMatching(/^ambit_/) as unknown,
    });
  });

  test('a plan names exactly the scopes by which the documents differ', async () => {
    const [first = [], second = [], third = []] = imports.map(scopesOf);
    const plan = await server.json<Plan>(['catalog', 'plan', file(DATES[1])]);
    expect(scopesIn(plan, 'scope_added')).toEqual(without(second, first));
    expect(scopesIn(plan, 'scope_removed')).toEqual(without(first, second));
    expect([...new Set(plan.gains.map(({ scope }) => scope))].sort()).toEqual(
      without(second, first),
    );
    expect([...new Set(plan.losses.map(({ scope }) => scope))].sort()).toEqual(
      without(first, second),
    );
    expect(new Set(plan.gains.map(({ client }) => client))).toEqual(new Set(['automation']));

    expect(
      await server.json(['catalog', 'publish', file(DATES[1]), '--comment', 'second', '--yes']),
    ).toMatchObject({ version: 2 });
    const next = await server.json<Plan>(['catalog', 'plan', file(DATES[2])]);
    expect(scopesIn(next, 'scope_added')).toEqual(without(third, second));
    expect(next.losses).toEqual([]);
    expect(
      await server.json(['catalog', 'publish', file(DATES[2]), '--comment', 'third', '--yes']),
    ).toMatchObject({ version: 3 });
  });

  test('a token carries what was asked, and its resource server believes it', async () => {
    const [, second = [], third = []] = imports.map(scopesOf);
    const [fresh = ''] = without(third, second);
    const token = await tokenOf(server, service, `${fresh} droplet:read`);
    expect((await introspect(server, resourceServer, token)).body).toMatchObject({
      active: true,
      scope: `${fresh} droplet:read`,
      aud: AUDIENCE,
      iss: server.url,
      client_id: 'automation',
      sub: 'automation',
      catalog_version: 3,
    });
  });

  test('a revoked token is inactive at the very next introspection', async () => {
    const token = await tokenOf(server, service, 'droplet:read');
    expect((await introspect(server, resourceServer, token)).body['active']).toBe(true);
    expect((await revoke(server, service, token)).status).toBe(200);
    expect((await introspect(server, resourceServer, token)).body).toEqual({ active: false });
  });

  test('after a roll back, what version 1 lacks is refused by name and gone from tokens issued before', async () => {
    const [first = [], , third = []] = imports.map(scopesOf);
    const [fresh = ''] = without(third, first);
    const token = await tokenOf(server, service, `droplet:read ${fresh}`);

    expect(await server.json(['catalog', 'rollback', '1', '--yes'])).toMatchObject({
      version: 1,
      changed: true,
    });

    const refused = await requestToken(server, service, { scope: `droplet:read ${fresh}` });
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({
      error: 'invalid_scope',
      scope_errors: [{ scope: fresh, reason: 'unknown' }],
    });
    expect(String(refused.body['error_description'])).toContain(fresh);
    expect((await introspect(server, resourceServer, token)).body).toMatchObject({
      active: true,
      scope: 'droplet:read',
    });

    const onlyFresh =
      (await server.json(['catalog', 'rollback', '3', '--yes'])) &&
      (await tokenOf(server, service, fresh));
    await server.json(['catalog', 'rollback', '1', '--yes']);
    expect((await introspect(server, resourceServer, onlyFresh)).body).toEqual({ active: false });
  });

  test('no secret that was printed is anywhere in the store or the log', async () => {
    const stored = await dumpStored(server.home);
    expect(stored).toContain(service.client_id);
    const everything = [stored, server.output().stdout, server.output().stderr].join();
    for (const { client_secret } of [service, resourceServer]) {
      expect(everything).not.toContain(client_secret);
    }
  });
});
