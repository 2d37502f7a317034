import { compileDelegation } from './compile/delegation.ts';
import { checkFederation, compileFederation } from './compile/federation.ts';
import { checkDeprecations, checkMentions } from './compile/mentions.ts';
import { compileServers } from './compile/resource-servers.ts';
import { compileRoles } from './compile/roles.ts';
import { sortedMap } from './compile/sorted.ts';
import type { CompiledCatalog } from './compiled-catalog.ts';
import type { CatalogDocument } from './document.ts';
import type { Finding } from './finding.ts';
import { err, ok } from './result.ts';
import type { Result } from './result.ts';

/** Version 0 of every installation: nothing but what is built in. */
export const EMPTY_DOCUMENT: CatalogDocument = { catalog: 'empty', resourceServers: {} };

/** What compiling needs to know about the installation. */
export interface CompileOptions {
  /** The issuer, without a trailing slash; its admin API becomes a resource server of every catalog. */
  readonly issuer: string;
}

/**
 * Resolves a document that keeps to the schema, or says everything that keeps it from being a catalog.
 *
 * Wildcards are expanded and inheritance flattened here, once, so that a new action never reaches a role unseen. Two
 * documents with the same canonical form compile to equal catalogs.
 */
export function compileCatalog(
  document: CatalogDocument,
  { issuer }: CompileOptions,
): Result<CompiledCatalog, Finding[]> {
  const findings: Finding[] = [];
  const servers = compileServers(document, issuer, findings);
  checkDeprecations(document, servers.scopes, findings);
  checkMentions(document, servers.scopes, findings);
  checkFederation(document.federation ?? {}, findings);
  const roles = compileRoles(document.roles ?? {}, servers, findings);
  if (findings.length > 0) return err(findings);
  return ok({
    name: document.catalog,
    scopes: sortedMap(servers.scopes),
    resourceServers: sortedMap(servers.servers),
    resourceServersByAudience: sortedMap(
      [...servers.servers.values()].map((server) => [server.audience, server] as const),
    ),
    roles: sortedMap(roles),
    delegation: document.delegation ?? [],
    delegationRules: compileDelegation(document.delegation ?? []),
    federation: sortedMap(Object.entries(document.federation ?? {})),
    federationRules: compileFederation(document.federation ?? {}),
  });
}
