import type { CatalogDocument } from '@ambit/scope-catalog';
import type { Knex } from 'knex';
import type { CatalogStore, CatalogVersionSummary } from '../catalog/ports.ts';

interface VersionRow {
  version: number;
  digest: string;
  name: string;
  comment: string;
  published_at: number;
  published_by: string;
  scope_count: number;
  document: string;
}

const SUMMARY = [
  'version',
  'digest',
  'name',
  'comment',
  'published_at',
  'published_by',
  'scope_count',
] as const;

const decodeSummary = (row: Omit<VersionRow, 'document'>): CatalogVersionSummary => ({
  version: row.version,
  digest: row.digest,
  name: row.name,
  comment: row.comment,
  publishedAt: row.published_at,
  publishedBy: row.published_by,
  scopeCount: row.scope_count,
});

/** Catalog versions, and which of them is active. */
export const createCatalogStore = (db: Knex): CatalogStore => ({
  async activeVersion() {
    const row = await db<{ id: number; version: number }>('active_version').first('version');
    return row?.version;
  },
  async find(version) {
    const row = await db<VersionRow>('catalog_versions').where({ version }).first();
    if (row === undefined) return undefined;
    return { ...decodeSummary(row), document: JSON.parse(row.document) as CatalogDocument };
  },
  async findByDigest(digest) {
    const row = await db<VersionRow>('catalog_versions')
      .where({ digest })
      .first(...SUMMARY);
    return row && decodeSummary(row);
  },
  async list({ limit, before }) {
    const page = db<VersionRow>('catalog_versions')
      .select(...SUMMARY)
      .orderBy('version', 'desc')
      .limit(limit);
    const rows = await (before === undefined ? page : page.where('version', '<', before));
    const [count] = await db('catalog_versions').count({ total: '*' });
    return { items: rows.map(decodeSummary), total: Number(count?.['total']) };
  },
  async insert(version) {
    const [newest] = await db('catalog_versions').max({ version: 'version' });
    const highest: unknown = newest?.['version'];
    const next = typeof highest === 'number' ? highest + 1 : 0;
    if (version.version !== next) {
      throw new Error(`version ${version.version} cannot follow: the next one is ${next}`);
    }
    await db<VersionRow>('catalog_versions').insert({
      version: version.version,
      digest: version.digest,
      name: version.name,
      comment: version.comment,
      published_at: version.publishedAt,
      published_by: version.publishedBy,
      scope_count: version.scopeCount,
      document: JSON.stringify(version.document),
    });
  },
  async activate(version) {
    await db('active_version').insert({ id: 1, version }).onConflict('id').merge();
  },
});
