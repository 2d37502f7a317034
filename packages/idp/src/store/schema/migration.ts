import type { Knex } from 'knex';

/** What the SQL of a migration may differ by. */
export type Dialect = 'sqlite' | 'postgres';

/** The channel on which PostgreSQL tells of every change. */
export const CHANGES_CHANNEL = 'ambit_revision';

/** One step of the schema, forward only: what is released is never edited, a mistake is mended by a further step. */
export interface Migration {
  readonly name: string;
  /**
   * Whether releases that do not know it cannot work on what it leaves. Servers of the release before go on while a cluster is
   * brought over, so a step adds first, and what nobody uses any more goes in a later release.
   */
  readonly breaks?: true;
  up(db: Knex, dialect: Dialect): Promise<void>;
}
