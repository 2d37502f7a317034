import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compactVerify, decodeJwt, importJWK } from 'jose';
import type { JWK } from 'jose';
import { requestToken } from './support/oauth.ts';
import { adminCredentials, startServer } from './support/server.ts';
import type { TestServer } from './support/server.ts';
import { readStored } from './support/stored.ts';
import { until } from './support/until.ts';

type Json = Record<string, unknown>;

describe('an installation that runs', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ env: { AMBIT_AUDIT_CHECKPOINT_SECONDS: '1' } });
  });
  afterAll(() => server.remove());

  const checkpointNumber = async (): Promise<number> =>
    Number((await server.json<Json>(['audit', 'checkpoint']))['number']);

  test('signs by itself what was written, and nothing more while nothing is', async () => {
    await requestToken(server, adminCredentials(server.home));
    const verified = () => server.json<{ checkpoints: { count: number } }>(['audit', 'verify']);
    await until(async () => (await verified()).checkpoints.count > 0);
  });

  test('hands out a checkpoint that any JOSE library verifies, and holds to it later', async () => {
    const file = join(server.home, 'kept.json');
    const made = await server.ambit(['audit', 'checkpoint', '-o', file]);
    expect([made.code, made.stdout]).toEqual([0, '']);
    const { checkpoint, jwk, number } = JSON.parse(readFileSync(file, 'utf8')) as {
      checkpoint: string;
      jwk: JWK;
      number: number;
    };
    await compactVerify(checkpoint, await importJWK(jwk, 'EdDSA'));
    expect(decodeJwt(checkpoint)).toMatchObject({ iss: server.url, number });
    await requestToken(server, adminCredentials(server.home));
    const told = await server.ambit(['audit', 'verify', '--checkpoint', file]);
    expect(told.code).toBe(0);
    expect(told.stdout).toContain('the audit log is whole');
    expect(told.stdout).toContain(`checkpoint ${String(number)}: all it vouches for is there`);
  });

  test('finds the issuance of a token, whichever road it took, by its request as by its jti, which are one', async () => {
    const { client_id: id, client_secret: secret } = adminCredentials(server.home);
    // A parameter that is empty is not plain.
    for (const more of ['', '&resource=']) {
      const response = await fetch(`${server.url}/oauth2/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: `grant_type=client_credentials${more}&client_id=${id}&client_secret=${secret}`,
      });
      const { access_token: token } = (await response.json()) as { access_token: string };
      const { jti } = decodeJwt(token);
      expect(jti).toMatch(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/);
      expect(response.headers.get('x-request-id')).toBe(jti);
      for (const filter of ['--jti', '--request-id']) {
        const { items } = await server.json<{ items: Json[] }>(['audit', 'list', filter, `${jti}`]);
        expect(items).toMatchObject([{ event: 'token.issued', jti, request_id: jti }]);
      }
    }
    expect(await server.json(['audit', 'verify'])).toMatchObject({ whole: true });
  });

  test('exports what it lists, as lines and as CSV, each record with its digest', async () => {
    const { items } = await server.json<{ items: Json[] }>(['audit', 'list', '--client', 'admin']);
    const exported = await server.ambit(['audit', 'export', '--client', 'admin']);
    const lines = exported.stdout.trimEnd().split('\n');
    const records = lines.map((line) => JSON.parse(line) as Json);
    const known = new Map(records.map((record) => [record['id'], record]));
    for (const item of items) expect(known.get(item['id'])).toEqual(item);
    const csv = await server.ambit(['audit', 'export', '--client', 'admin', '--format', 'csv']);
    const [head, first] = csv.stdout.split('\r\n');
    expect(head).toContain('sequence,digest,event');
    expect(first).toContain(String(records[0]?.['digest']));
    const shown = await server.json<Json>(['audit', 'show', String(items[0]?.['id'])]);
    expect(shown).toEqual(items[0]);
  });

  test('erases one address from every record, and the log verifies as before', async () => {
    const erased = await server.json<Json>(['audit', 'erase', '--address', '127.0.0.1', '--yes']);
    expect(Number(erased['records'])).toBeGreaterThan(2);
    const { whole, personal_erased: count } = await server.json<Json>(['audit', 'verify']);
    expect([whole, Number(count) >= Number(erased['records'])]).toEqual([true, true]);
    const { items } = await server.json<{ items: Json[] }>([
      ...['audit', 'list', '--event', 'audit.personal_erased'],
    ]);
    expect(items).toMatchObject([{ actor: 'admin', after: { field: 'address' } }]);
  });

  test('signs what was written last when it is told to stop, and goes on in the same row', async () => {
    const before = await checkpointNumber();
    const { status } = await requestToken(server, adminCredentials(server.home));
    expect(status).toBe(200);
    await server.stop();
    const newest = await readStored<{ writer: number; sequence: number | string }>(
      server.home,
      'select writer, max(sequence) as sequence from audit_log group by writer order by writer',
    );
    const [signed] = await readStored<{ statement: string }>(
      server.home,
      'select statement from audit_checkpoints order by number desc limit 1',
    );
    expect(decodeJwt(signed?.statement ?? '')).toMatchObject({
      chains: newest.map(({ writer, sequence }) => ({ writer, sequence: Number(sequence) })),
    });
    server = await startServer({ home: server.home });
    const { whole, checkpoints } = await server.json<{
      whole: boolean;
      checkpoints: { count: number; newest: { number: number } };
    }>(['audit', 'verify']);
    expect([whole, checkpoints.newest.number > before]).toEqual([true, true]);
  });
});
