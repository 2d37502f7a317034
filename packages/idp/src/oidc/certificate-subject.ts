import type { X509Certificate } from 'node:crypto';
import type { Context } from 'koa';
import { presentedCertificate } from '../web/client-certificate.ts';

/** Whether the subject registered for a client is the certificate's (RFC 8705 §2.1.2). */
export function certificateSubjectMatches(
  ctx: Context,
  property: string,
  expected: string,
): boolean {
  const certificate = presentedCertificate(ctx);
  if (!certificate) return false;
  switch (property) {
    case 'tls_client_auth_subject_dn':
      return (
        normalizeDn(certificate.subject.split('\n').reverse().join(',')) ===
          normalizeDn(expected) ||
        normalizeDn(certificate.subject.split('\n').join(',')) === normalizeDn(expected)
      );
    case 'tls_client_auth_san_dns':
      return alternativeNames(certificate).includes(`DNS:${expected}`);
    case 'tls_client_auth_san_uri':
      return alternativeNames(certificate).includes(`URI:${expected}`);
    default:
      return false;
  }
}

/**
 * The alternative names of a certificate, each as `TYPE:VALUE`.
 *
 * node:crypto quotes a value that could be taken for more than one (`URI:"a, DNS:b"`), and such a quoted value is
 * read as the one name it is: split at every comma, it would let whoever chooses one name of a certificate claim
 * another.
 */
const alternativeNames = (certificate: X509Certificate): string[] =>
  [
    ...(certificate.subjectAltName ?? '').matchAll(/(?:^|, )([\w ]+):("(?:[^"\\]|\\.)*"|[^,"]*)/g),
  ].map(
    ([, type = '', value = '']) =>
      `${type}:${value.startsWith('"') ? String(JSON.parse(value)) : value}`,
  );

/** Folds the spaces and the case of attribute types that RFC 4514 §3 leaves open. */
const normalizeDn = (name: string): string =>
  name
    .split(/(?<!\\),/)
    .map((part) =>
      part
        .trim()
        .replace(/^([A-Za-z.0-9]+)\s*=\s*/, (_match, type: string) => `${type.toUpperCase()}=`),
    )
    .join(',');
