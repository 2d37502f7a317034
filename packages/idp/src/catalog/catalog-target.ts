import { catalogDigest, checkCatalog, compileCatalog, err, ok } from '@ambit/scope-catalog';
import type {
  CatalogDocument,
  CompiledCatalog,
  Finding,
  LocatedFinding,
  Result,
} from '@ambit/scope-catalog';
import type { CatalogStore, CatalogVersion } from './ports.ts';
import type { CatalogLookupRefusal, InvalidCatalog } from './refusals.ts';

/** A catalog as its author hands it in. */
export interface CatalogSource {
  readonly source: string;
  /** What findings call it. */
  readonly file?: string;
}

/** What is to become active: a new document, or a version there is already. */
export type CatalogTarget = CatalogSource | { readonly version: number };

/** A catalog that could become active. */
export interface ResolvedTarget {
  readonly digest: string;
  readonly document: CatalogDocument;
  readonly compiled: CompiledCatalog;
  /** Where it is a version already. */
  readonly version?: number;
}

/** Checks a source; refused with every finding when one of them is an error. */
export function resolveSource(
  { source, file = 'catalog' }: CatalogSource,
  issuer: string,
  now: number,
): Result<ResolvedTarget, InvalidCatalog> {
  const { findings, document, catalog } = checkCatalog(source, { file, issuer, now });
  return document === undefined || catalog === undefined
    ? err({ code: 'catalog.invalid', findings })
    : ok({ digest: catalogDigest(document), document, compiled: catalog });
}

/** Compiles a published version; what was sound when it was published may not be under another issuer. */
export async function resolveVersion(
  version: number,
  issuer: string,
  catalogs: Pick<CatalogStore, 'find'>,
): Promise<Result<ResolvedTarget, CatalogLookupRefusal>> {
  const found = await catalogs.find(version);
  if (found === undefined) return err({ code: 'catalog.not_found', version });
  return compileVersion(found, issuer);
}

function compileVersion(
  { version, digest, document }: CatalogVersion,
  issuer: string,
): Result<ResolvedTarget, InvalidCatalog> {
  const compiled = compileCatalog(document, { issuer });
  if (compiled.ok) return ok({ digest, document, compiled: compiled.value, version });
  const findings = compiled.error.map((finding) =>
    placeless(finding, `version ${String(version)}`),
  );
  return err({ code: 'catalog.invalid', findings });
}

/** A finding about a stored document, whose text nobody has any more. */
const placeless = (finding: Finding, file: string): LocatedFinding => ({
  ...finding,
  file,
  line: 1,
  column: 1,
});
