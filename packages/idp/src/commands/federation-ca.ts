import { X509Certificate } from 'node:crypto';
import type { Config } from '../config/config.ts';
import { CommandFailed } from './failure.ts';
import { readPem } from './read-pem.ts';

/**
 * The certificate authorities (PEM) to trust for federated issuers, if any are named; a file that holds none is
 * refused at start, not at the first token.
 */
export function readFederationCa({ federation: { caFile } }: Config): string | undefined {
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
