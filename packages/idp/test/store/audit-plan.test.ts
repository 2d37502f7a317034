import { afterAll, beforeAll, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import knex from 'knex';
import type { Knex } from 'knex';
import type { AuditFilter } from '../../src/audit/ports.ts';
import { createAuditStore } from '../../src/store/audit.ts';
import { idInOneChain } from '../../src/store/audit-rows.ts';
import { createTemporaryStore } from '../support/temporary-store.ts';
import type { TemporaryStore } from '../support/temporary-store.ts';

let store: TemporaryStore;
let db: Knex;
let plans: Database.Database;
const queries: { sql: string; bindings: unknown[] }[] = [];

beforeAll(async () => {
  store = await createTemporaryStore();
  db = knex({
    client: 'better-sqlite3',
    connection: { filename: store.path, options: { readonly: true } },
    useNullAsDefault: true,
  });
  db.on('query', (query: { sql: string; bindings: unknown[] }) => queries.push(query));
  plans = new Database(store.path, { readonly: true });
});
afterAll(async () => {
  plans.close();
  await db.destroy();
  await store.close();
});

/** How SQLite would answer the queries of a filter, the page and the count. */
async function explain(filter: AuditFilter): Promise<string[]> {
  queries.length = 0;
  await createAuditStore(db, idInOneChain).list(filter, { limit: 10, order: 'newest-first' });
  return queries.map(({ sql, bindings }) =>
    plans
      .prepare<unknown[], { detail: string }>(`explain query plan ${sql}`)
      .all(...bindings)
      .map(({ detail }) => detail)
      .join('; '),
  );
}

const FILTERS: readonly AuditFilter[] = [
  {},
  { client: 'c' },
  { subject: 's' },
  { event: 'role.assigned' },
  { event: 'token.issued' },
  { decision: 'refused' },
  { decision: 'granted' },
  { jti: 'j' },
  { requestId: 'r' },
  { scope: 'orders:read' },
  { since: 1, until: 2 },
  { client: 'c', scope: 'orders:read', since: 1 },
];

test.each(FILTERS)('the log narrowed by %j is answered from an index', async (filter) => {
  for (const plan of await explain(filter)) {
    expect(plan).toMatch(/SEARCH audit_terms USING PRIMARY KEY \(term=\?/);
    expect(plan).not.toMatch(/SCAN (?!CONSTANT ROW|found|words|examined)/);
  }
});

test.each(FILTERS)('no page of %j is sorted before it is cut', async (filter) => {
  for (const plan of await explain(filter)) {
    // The last sort is of the few places that were found, where several words meet.
    expect(plan).not.toMatch(/TEMP B-TREE.*SEARCH audit_terms/);
  }
});

test('the log is searched where the fewest records are, whatever it is narrowed by', async () => {
  const { audit } = store.storage.read;
  const entry = { time: 2, event: 'token.issued', decision: 'granted', requestId: 'r' } as const;
  for (let n = 0; n < 3; n += 1) await audit.append({ ...entry, client: 'busy' });
  await audit.append({ ...entry, client: 'busy', event: 'token.refused', decision: 'refused' });
  for (const [filter, word] of [
    [{ client: 'busy', decision: 'refused' }, 'event=token.issued/refused'],
    [{ client: 'busy', event: 'token.refused' }, 'event=token.refused/granted'],
    [{ client: 'lazy', decision: 'granted' }, 'self=lazy'],
  ] as const) {
    await explain(filter);
    // The page, and the count; the groups were weighed before each.
    const searches = queries.filter(({ sql }) => sql.includes('exists'));
    expect(searches.map(({ bindings: [first] }) => first)).toEqual([word, word]);
  }
});

test('where two words must meet, so many places are looked at, and no more are counted than were', async () => {
  const writing = new Database(store.path);
  // Those of a client are as many as are looked at, every second of them at a refusal; another has one less.
  const insert = writing.prepare(`
    with recursive n (value) as (select 1 union all select value + 1 from n where value < @most)
    insert into audit_terms (term, time, record) select @term, value, value from n where value % @every = 0`);
  insert.run({ term: 'client=eager', most: 10_000, every: 1 });
  insert.run({ term: 'client=less', most: 9_999, every: 1 });
  insert.run({ term: 'scope=orders:list', most: 40_000, every: 2 });
  writing.close();
  const count = async (filter: AuditFilter) => {
    const audit = createAuditStore(db, idInOneChain);
    return audit.list(filter, { limit: 10, order: 'newest-first' });
  };
  const scope = 'orders:list';
  expect(await count({ client: 'eager' })).toMatchObject({ total: 10_000 });
  expect(await count({ client: 'eager' })).not.toHaveProperty('uncounted');
  expect(await count({ scope })).toMatchObject({ total: 10_000, uncounted: true });
  expect(await count({ client: 'eager', scope })).toMatchObject({ total: 5_000, uncounted: true });
  expect(await count({ client: 'less', scope })).toMatchObject({ total: 4_999 });
  expect(await count({ client: 'less', scope })).not.toHaveProperty('uncounted');
});

test('no fewer are counted than are on the page, wherever they were found', async () => {
  const { audit } = store.storage.read;
  const entry = { event: 'token.issued', decision: 'granted', requestId: 'r' } as const;
  const rare = { client: 'late', requestedScopes: ['orders:late'], time: 50_000 };
  for (let n = 0; n < 3; n += 1) await audit.append({ ...entry, ...rare });
  const writing = new Database(store.path);
  // The first places of the client are not those of the scope.
  const insert = writing.prepare(`
    with recursive n (value) as (select 1 union all select value + 1 from n where value < 10000)
    insert into audit_terms (term, time, record) select @term, value, value + @beyond from n`);
  insert.run({ term: 'client=late', beyond: 100_000 });
  insert.run({ term: 'scope=orders:late', beyond: 200_000 });
  writing.close();
  const filter = { client: 'late', scope: 'orders:late' };
  const page = { limit: 10, order: 'newest-first' } as const;
  const { items, total, uncounted } = await createAuditStore(db, idInOneChain).list(filter, page);
  expect([items.length, total, uncounted]).toEqual([3, 3, true]);
});

test('the issuance of a token is found by its index', async () => {
  queries.length = 0;
  await createAuditStore(db, idInOneChain).findIssuance('j');
  const [query] = queries;
  const plan = plans
    .prepare<unknown[], { detail: string }>(`explain query plan ${query?.sql ?? ''}`)
    .all(...(query?.bindings ?? []));
  expect(query?.bindings).toContain('jti=j');
  expect(JSON.stringify(plan)).toContain('SEARCH audit_terms USING PRIMARY KEY (term=?');
});
