import { afterAll, beforeAll, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import knex from 'knex';
import type { Knex } from 'knex';
import type { AuditFilter } from '../../src/audit/ports.ts';
import { createAuditStore } from '../../src/store/audit.ts';
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
  await createAuditStore(db).list(filter, { limit: 10, order: 'newest-first' });
  return queries.map(({ sql, bindings }) =>
    plans
      .prepare<unknown[], { detail: string }>(`explain query plan ${sql}`)
      .all(...bindings)
      .map(({ detail }) => detail)
      .join('; '),
  );
}

test.each<[AuditFilter, string]>([
  [{ client: 'c' }, 'audit_log_client'],
  [{ subject: 's' }, 'audit_log_subject'],
  [{ event: 'role.assigned' }, 'audit_log_rare_event'],
  [{ decision: 'refused' }, 'audit_log_refused'],
  [{ jti: 'j' }, 'audit_log_jti'],
  [{ requestId: 'r' }, 'audit_log_request_id'],
  [{ scope: 'orders:read' }, 'audit_scopes'],
  [{ since: 1, until: 2 }, 'audit_log_time'],
])('the log narrowed by %j is answered from an index', async (filter, index) => {
  for (const plan of await explain(filter)) {
    expect(plan).toContain(index);
    expect(plan).not.toMatch(/SCAN (?!audit_log USING (COVERING )?INDEX audit_log_refused)/);
  }
});

test('the issuance of a token is found by its index', async () => {
  queries.length = 0;
  await createAuditStore(db).findIssuance('j');
  const [query] = queries;
  const plan = plans
    .prepare<unknown[], { detail: string }>(`explain query plan ${query?.sql ?? ''}`)
    .all(...(query?.bindings ?? []));
  expect(JSON.stringify(plan)).toContain('audit_log_jti');
});
