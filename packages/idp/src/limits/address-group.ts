import { isIPv4, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';
import { LRUCache } from 'lru-cache';

/** The first 64 bits of an IPv6 address name a network; whoever is in it takes any address there they like. */
const NETWORK_BYTES = 8;

/** Reading an IPv6 address takes a while, and most come again. */
const known = new LRUCache<string, string>({ max: 10_000 });

/**
 * The addresses that one and the same sender may have: an IPv4 address stands for itself, also where it comes as IPv6
 * (RFC 4291 §2.5.5.2), and an IPv6 address for its /64 (§2.5.4).
 */
export function addressGroup(address = ''): string {
  if (isIPv4(address)) return address;
  if (!isIPv6(address)) return 'unknown';
  let group = known.get(address);
  if (group === undefined) known.set(address, (group = readGroup(address)));
  return group;
}

function readGroup(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return Buffer.from(parsed.toByteArray().slice(0, NETWORK_BYTES)).toString('hex');
}
