import type { IncomingMessage } from 'node:http';
import proxyAddress from 'proxy-addr';

/** The address a request comes from: the rightmost hop that is not one of the trusted proxies. */
export function clientAddress(
  trustProxy: readonly string[],
): (request: IncomingMessage) => string | undefined {
  if (trustProxy.length === 0) return (request) => request.socket.remoteAddress;
  const trust = proxyAddress.compile([...trustProxy]);
  return (request) => proxyAddress(request, trust);
}
