import type { QuotaDecision } from '@ambit/scope-catalog';
import type { Knex } from 'knex';
import type pg from 'pg';
import type { CommandOf } from '../engine.ts';
import { createQuotaStore } from '../quotas.ts';
import { WriteInDoubt } from '../unavailable.ts';
import type { CommitBatch } from './batches.ts';
import { isCut } from './faults.ts';

/** As many claims are forgotten for each that is made: more than one, so that they run out, and few. */
const FORGOTTEN_FOR_EACH = 16;

const CLAIM = `insert into replays (key, expires_at)
  select key, expires_at from unnest($1::text[], $2::bigint[]) as claim (key, expires_at)
  on conflict (key) do update set expires_at = excluded.expires_at where replays.expires_at <= $3
  returning key`;

/** What another process is about to forget is left to it. */
const FORGET = `delete from replays where key in
  (select key from replays where expires_at <= $1 order by expires_at limit $2 for update skip locked)`;

/**
 * Makes what claims keys: a batch in one statement. Of two claims on one key in a batch the first one counts; keys go in one
 * order, so that no two processes wait for each other.
 */
export const createClaims =
  (pool: pg.Pool): CommitBatch<CommandOf<'claim'>, boolean> =>
  async (commands) => {
    const firsts = new Map<string, CommandOf<'claim'>>();
    for (const command of commands) {
      const [key] = command.claim;
      if (!firsts.has(key)) firsts.set(key, command);
    }
    const keys = [...firsts.keys()].sort();
    const now = Math.min(...commands.map(({ claim }) => claim[2]));
    const client = await pool.connect();
    let rows: readonly { readonly key: string }[];
    try {
      ({ rows } = await client.query<{ readonly key: string }>({
        name: 'ambit-claim',
        text: CLAIM,
        values: [keys, keys.map((key) => firsts.get(key)?.claim[1]), now],
      }));
    } catch (error) {
      if (isCut(error)) {
        throw new WriteInDoubt('the database was lost on the way', { cause: error });
      }
      throw error;
    } finally {
      client.release();
    }
    await pool
      .query({
        name: 'ambit-forget',
        text: FORGET,
        values: [now, commands.length * FORGOTTEN_FOR_EACH],
      })
      .catch(() => undefined); // the next claim forgets as well
    const claimed = new Set(rows.map(({ key }) => key));
    return commands.map((command) => {
      const [key] = command.claim;
      return claimed.has(key) && firsts.get(key) === command;
    });
  };

/** Makes what counts quotas: a batch in one transaction, one claim after the other. */
export const createQuotaClaims =
  (db: Knex): CommitBatch<CommandOf<'claimQuotas'>, QuotaDecision> =>
  (commands) =>
    db.transaction(async (trx) => {
      const store = createQuotaStore(trx);
      const decisions: QuotaDecision[] = [];
      for (const { quotas, now } of commands) decisions.push(await store.claim(quotas, now));
      return decisions;
    });

const TOUCH = `update client_secrets set last_used_at = used.at
  from unnest($1::text[], $2::text[], $3::bigint[]) as used (client_id, id, at)
  where client_secrets.client_id = used.client_id and client_secrets.id = used.id`;

/** Makes what notes the last use of secrets: a batch in one statement, the newest use of each. */
export const createTouches =
  (pool: pg.Pool): CommitBatch<CommandOf<'touchSecret'>, undefined> =>
  async (commands) => {
    const newest = new Map(
      commands.map((use) => [JSON.stringify([use.clientId, use.secretId]), use]),
    );
    const uses = [...newest.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, use]) => use);
    await pool.query({
      name: 'ambit-touch',
      text: TOUCH,
      values: [
        uses.map(({ clientId }) => clientId),
        uses.map(({ secretId }) => secretId),
        uses.map(({ lastUsedAt }) => lastUsedAt),
      ],
    });
    return commands.map(() => undefined);
  };
