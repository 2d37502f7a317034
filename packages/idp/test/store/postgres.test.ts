import { afterAll, beforeAll } from '@jest/globals';
import { createTestDatabase } from '../../../../test/support/postgres/test-database.ts';
import type { TestDatabase } from '../../../../test/support/postgres/test-database.ts';
import { storageContract } from '../contracts/index.ts';
import { openSchema } from '../support/postgres-store.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

storageContract('PostgreSQL', () => openSchema(database));
