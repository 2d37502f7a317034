import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import { err, ok, present } from '@ambit/scope-catalog';
import type { Result } from '@ambit/scope-catalog';
import { systemErrorCode } from '../../system-error.ts';

type FileName = 'sslrootcert' | 'sslcert' | 'sslkey';

/**
 * Reads the files of certificates and keys that the parameters of a URL name; what TLS would pass over in silence is refused: an
 * authority that is none, and a certificate without its key.
 */
export function readTlsFiles(
  parameters: URLSearchParams,
): Result<ConnectionOptions, { readonly reason: string }> {
  const contents: Partial<Record<FileName, string>> = {};
  for (const name of ['sslrootcert', 'sslcert', 'sslkey'] as const) {
    const path = parameters.get(name);
    if (path === null) continue;
    try {
      contents[name] = readFileSync(path, 'utf8');
    } catch (error) {
      return err({ reason: `the file of \`${name}\` cannot be read (${systemErrorCode(error)})` });
    }
  }
  const { sslrootcert: ca, sslcert: cert, sslkey: key } = contents;
  if ((cert === undefined) !== (key === undefined)) {
    return err({ reason: '`sslcert` and `sslkey` go together' });
  }
  for (const name of ['sslrootcert', 'sslcert'] as const) {
    const pem = contents[name];
    if (pem !== undefined && !isCertificate(pem)) {
      return err({ reason: `the file of \`${name}\` holds no certificate in PEM` });
    }
  }
  const files = present({ ca, cert, key });
  try {
    createSecureContext(files);
  } catch {
    return err({ reason: 'the key of `sslkey` is not the one of `sslcert`, or needs a password' });
  }
  return ok(files);
}

function isCertificate(pem: string): boolean {
  try {
    return pem.includes('-----BEGIN ') && new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}
