import type { Connection, Page } from '../connection.ts';
import type {
  CatalogDiff,
  CatalogVersion,
  CatalogVersionWithDocument,
  Publication,
  WireFinding,
} from '../wire/catalog.ts';
import type { CatalogPlan } from '../wire/changes.ts';

const READ = { needs: ['ambit.catalog:read'] };
const PUBLISH = { needs: ['ambit.catalog:publish'] };

/** What to plan: a document's text, or a version that exists. */
export type CatalogTarget =
  { readonly source: string; readonly file?: string } | { readonly version: number };

/** The state a plan was made against; a publish that names it is refused when either has moved. */
export interface Pins {
  readonly base?: number;
  readonly assignments?: string;
}

/** The catalog's versions: read, planned, published, activated again. */
export const catalogResource = (connection: Connection) => ({
  list: (): Promise<Page<CatalogVersion>> => connection.list('/catalog/versions', READ),

  find: (version: number | 'active'): Promise<CatalogVersionWithDocument> =>
    connection.request('GET', `/catalog/versions/${String(version)}`, READ),

  diff: (from: number, to: number): Promise<CatalogDiff> =>
    connection.request('GET', `/catalog/versions/${String(from)}/diff/${String(to)}`, READ),

  lint: (source: string, file: string): Promise<{ readonly findings: readonly WireFinding[] }> =>
    connection.request('POST', '/catalog/lint', { ...READ, body: { source, file } }),

  plan: (target: CatalogTarget): Promise<CatalogPlan> =>
    connection.request('POST', '/catalog/plan', { ...READ, body: target }),

  publish: (
    publication: {
      readonly source: string;
      readonly file?: string;
      readonly comment: string;
    } & Pins,
  ): Promise<Publication> =>
    connection.request('POST', '/catalog/versions', { ...PUBLISH, body: publication }),

  activate: (
    version: number,
    activation: { readonly comment?: string } & Pins,
  ): Promise<Publication> =>
    connection.request('POST', `/catalog/versions/${String(version)}/activate`, {
      ...PUBLISH,
      body: activation,
    }),
});
