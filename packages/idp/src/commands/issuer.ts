import { isLoopback } from '../config/address.ts';
import type { Config } from '../config/config.ts';

/** The issuer identifier: the configured one, or the address that loopback clients use. */
export function issuerOf({ issuer, tls, listen }: Config, port: number): string {
  if (issuer !== undefined) return issuer;
  const host = isLoopback(listen.host) ? 'localhost' : listen.host;
  return `${tls ? 'https' : 'http'}://${host}:${port}`;
}
