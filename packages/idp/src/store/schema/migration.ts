import type { Knex } from 'knex';

/** What the SQL of a migration may differ by. */
export type Dialect = 'sqlite' | 'postgres';

/** One step of the schema, forward only: what is released is never edited, a mistake is mended by a further step. */
export interface Migration {
  readonly name: string;
  up(db: Knex, dialect: Dialect): Promise<void>;
}
