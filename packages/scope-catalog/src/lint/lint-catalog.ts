import type { CatalogDocument } from '../document.ts';
import type { Finding } from '../finding.ts';
import { DocumentIndex } from './document-index.ts';
import { lintDelegation } from './lint-delegation.ts';
import { lintDeprecations } from './lint-deprecations.ts';
import { lintFederation } from './lint-federation.ts';
import { lintQuotas } from './lint-quotas.ts';
import { lintResourceServers } from './lint-resource-servers.ts';
import { lintRoles } from './lint-roles.ts';

/** What the lint needs to know beside the document. */
export interface LintOptions {
  /** Milliseconds since the epoch, for what depends on the day. */
  readonly now: number;
}

/**
 * Says all there is to say about a catalog that may stand and had better not, by the rules of {@link LINT_RULES}.
 *
 * The document has passed the schema; it need not compile.
 */
export function lintCatalog(document: CatalogDocument, { now }: LintOptions): Finding[] {
  const index = new DocumentIndex(document, now);
  return [
    ...lintResourceServers(index),
    ...lintDeprecations(index),
    ...lintQuotas(index),
    ...lintRoles(index),
    ...lintDelegation(index),
    ...lintFederation(index),
  ];
}
