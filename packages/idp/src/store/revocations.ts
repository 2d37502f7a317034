import { present } from '@ambit/scope-catalog';
import type { Knex } from 'knex';
import { matchValue } from '../revocation/match-value.ts';
import type { RevocationMatch, RevocationRule, RevocationStore } from '../revocation/ports.ts';

interface RuleRow {
  id: string;
  revision: number;
  kind: RevocationMatch['kind'];
  value: string;
  reason: string | null;
  created_at: number;
  created_by: string;
  expires_at: number | null;
}

function decodeMatch({ kind, value }: RuleRow): RevocationMatch {
  switch (kind) {
    case 'jti':
      return { kind, jti: value };
    case 'client':
      return { kind, clientId: value };
    case 'scope':
      return { kind, scope: value };
    case 'key':
      return { kind, kid: value };
    case 'version':
      return { kind, version: Number(value) };
    case 'issued-before':
      return { kind, issuedBefore: Number(value) };
  }
}

const decodeRule = (row: RuleRow): RevocationRule => ({
  id: row.id,
  revision: row.revision,
  createdAt: row.created_at,
  createdBy: row.created_by,
  ...present({ reason: row.reason, expiresAt: row.expires_at }),
  ...decodeMatch(row),
});

/** Revocation rules, in the order of the revisions that made them. */
export const createRevocationStore = (db: Knex): RevocationStore => ({
  async insert(rule) {
    await db<RuleRow>('revocation_rules').insert({
      id: rule.id,
      revision: rule.revision,
      kind: rule.kind,
      value: String(matchValue(rule)),
      reason: rule.reason ?? null,
      created_at: rule.createdAt,
      created_by: rule.createdBy,
      expires_at: rule.expiresAt ?? null,
    });
  },
  async listSince(revision, now) {
    const rows = await db<RuleRow>('revocation_rules')
      .where('revision', '>', revision)
      .andWhere((live) => {
        void live.whereNull('expires_at').orWhere('expires_at', '>', now);
      })
      .orderBy(['revision', 'id']);
    return rows.map(decodeRule);
  },
  async list({ limit, before }) {
    const page = db<RuleRow>('revocation_rules')
      .orderBy([
        { column: 'revision', order: 'desc' },
        { column: 'id', order: 'desc' },
      ])
      .limit(limit);
    if (before !== undefined) {
      void page.whereRaw('(revision, id) < (?, ?)', [before.revision, before.id]);
    }
    const rows = await page;
    const [count] = await db('revocation_rules').count({ total: '*' });
    return { items: rows.map(decodeRule), total: Number(count?.['total']) };
  },
  async prune(now) {
    await db<RuleRow>('revocation_rules').where('expires_at', '<=', now).delete();
  },
});
