import { X509Certificate } from 'node:crypto';
import { present } from '@ambit/scope-catalog';
import { compose } from '../compose.ts';
import type { Ambit, Ground } from '../compose.ts';
import type { Config } from '../config/config.ts';
import { CatalogUnusable } from '../snapshot/create-snapshots.ts';
import { CommandFailed } from './failure.ts';
import { readPem } from './read-pem.ts';

/** Composes Ambit; what an operator can mend is one line instead of a stack trace. */
export async function composeHouse(ground: Omit<Ground, 'federationCa'>): Promise<Ambit> {
  try {
    return await compose({
      ...ground,
      ...present({ federationCa: readFederationCa(ground.config) }),
    });
  } catch (error) {
    if (!(error instanceof CatalogUnusable)) throw error;
    throw new CommandFailed({
      message: `the active catalog version does not fit the issuer \`${ground.issuer}\`: ${error.message}`,
      hint: 'set `AMBIT_ISSUER` to what it was, and publish a catalog that fits before the issuer changes',
    });
  }
}

/**
 * The authorities to trust for federated issuers; a file that holds none is refused at start, not at the first token.
 */
function readFederationCa({ federation: { caFile } }: Config): string | undefined {
  if (caFile === undefined) return undefined;
  const pem = readPem('AMBIT_FEDERATION_CA_FILE', caFile).toString();
  try {
    new X509Certificate(pem);
    return pem;
  } catch {
    throw new CommandFailed({
      message: `AMBIT_FEDERATION_CA_FILE: \`${caFile}\` holds no certificate`,
      hint: 'name a PEM file of certificates',
    });
  }
}
