import { hash } from 'node:crypto';
import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { Context } from 'koa';

/** The certificate that the client showed in the TLS handshake with Ambit itself, if any. */
export function presentedCertificate(ctx: Context): X509Certificate | undefined {
  const socket = ctx.req.socket as Partial<TLSSocket>;
  return socket.getPeerX509Certificate?.();
}

/** Whether that certificate comes from one of the configured authorities. */
export const isCertificateAuthorized = (ctx: Context): boolean =>
  (ctx.req.socket as Partial<TLSSocket>).authorized === true;

/** `x5t#S256` of a certificate (RFC 8705 §3.1). */
export const certificateThumbprint = (certificate: X509Certificate): string =>
  hash('sha256', certificate.raw, 'base64url');
