import { isIP, isIPv4, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';
import { LRUCache } from 'lru-cache';

/** The first half of an IPv6 address names a network; whoever is in it takes any address there they like. */
const NETWORK_BYTES = 8;

/** Reading an IPv6 address takes a while, and most come again. */
const known = new LRUCache<string, string>({ max: 10_000 });

/**
 * The network that an address counts as, where senders are told apart: an IPv4 address is one, also where it comes as IPv6
 * (RFC 4291 §2.5.5.2), an IPv6 address is its /64 (§2.5.4). What is no address is `unknown`.
 */
export function networkOf(address = ''): string {
  if (isIPv4(address)) return address;
  if (!isIPv6(address)) return 'unknown';
  let network = known.get(address);
  if (network === undefined) known.set(address, (network = readNetwork(address)));
  return network;
}

/** Whether a text is an address, or the network of one as {@link networkOf} names it. */
export const isAddressOrNetwork = (text: string): boolean =>
  isIP(text) !== 0 || (text.endsWith('/64') && networkOf(text.slice(0, -'/64'.length)) === text);

function readNetwork(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  const bytes = parsed.toByteArray().fill(0, NETWORK_BYTES);
  return `${ipaddr.fromByteArray(bytes).toString()}/64`;
}
