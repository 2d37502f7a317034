import type { Knex } from 'knex';
import type { ReplayStore } from '../replay/ports.ts';

/** Claims a key unless a claim on it still holds; a claim whose time is over is taken over in the same statement. */
export const CLAIM = `insert into replays (key, expires_at) values (?, ?)
  on conflict (key) do update set expires_at = excluded.expires_at where replays.expires_at <= ?`;

/**
 * Forgets some claims whose time is over: more than one, so that they run out, and few, so that nobody waits for it.
 */
export const FORGET = `delete from replays where key in
  (select key from replays where expires_at <= ? order by expires_at limit 16)`;

/** Whether a claim on a key holds. */
export async function isClaimed(db: Knex, key: string, now: number): Promise<boolean> {
  const row = await db('replays').where({ key }).andWhere('expires_at', '>', now).first('key');
  return row !== undefined;
}

/** What was used once and must not be used again. */
export const createReplayStore = (db: Knex): ReplayStore => ({
  async claim(key, expiresAt, now) {
    const claimed = await db('replays')
      .insert({ key, expires_at: expiresAt })
      .onConflict('key')
      .merge(['expires_at'])
      .where('replays.expires_at', '<=', now)
      .returning<{ readonly key: string }[]>('key');
    await db.raw(FORGET, [now]);
    return claimed.length > 0;
  },
});
