import { isIP } from 'node:net';

/** A place to listen on. */
export interface ListenAddress {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
}

/**
 * Reads `HOST:PORT`, `[IPV6]:PORT`, `:PORT` (every address) or `PORT` (loopback); undefined when it is none of them.
 */
export function decodeListenAddress(text: string): ListenAddress | undefined {
  const match = /^(?:(?:\[(?<six>[^\]]+)\]|(?<host>[^:[\]]*)):)?(?<port>\d{1,5})$/.exec(
    text.trim(),
  );
  if (!match?.groups) return undefined;
  const { six, host, port: digits } = match.groups;
  const port = Number(digits);
  if (port > 65535 || (six !== undefined && isIP(six) !== 6)) return undefined;
  return { host: six ?? (host === undefined ? '127.0.0.1' : host || '0.0.0.0'), port };
}

/** Whether a host name or address can be reached from this machine alone. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' ||
  host.endsWith('.localhost') ||
  host === '::1' ||
  host === '[::1]' ||
  (isIP(host) === 4 && host.startsWith('127.'));

/** How an address is written in a URL. */
export const urlHost = (host: string): string => (isIP(host) === 6 ? `[${host}]` : host);
