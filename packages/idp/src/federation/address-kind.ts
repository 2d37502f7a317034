import { BlockList, isIP } from 'node:net';

/**
 * Who can be reached at an address: anybody's server, a neighbour of this machine or itself, or nobody one should
 * ask.
 */
export type AddressKind = 'public' | 'private' | 'never';

function subnets(family: 'ipv4' | 'ipv6', ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    list.addSubnet(address, Number(bits), family);
  }
  return list;
}

/** RFC 6890: loopback, private use, shared address space (RFC 6598), link-local. */
const PRIVATE_4 = subnets('ipv4', [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
]);
/** "This host", protocol assignments, documentation, benchmarking, multicast and reserved. */
const NEVER_4 = subnets('ipv4', [
  '0.0.0.0/8',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
]);
/** Loopback, unique local, link-local, and the site-local of old. */
const PRIVATE_6 = subnets('ipv6', ['::1/128', 'fc00::/7', 'fe80::/10', 'fec0::/10']);
/** What of the global unicast space is not: protocol assignments (Teredo among them), documentation, 6to4. */
const NEVER_6 = subnets('ipv6', ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']);
const GLOBAL_6 = subnets('ipv6', ['2000::/3']);
/** An IPv4 address in IPv6 clothes: mapped (RFC 4291 §2.5.5.2), or translated (RFC 6052 §2.1). */
const CLOTHED = subnets('ipv6', ['::ffff:0:0/96', '64:ff9b::/96']);

/**
 * The kind of an IP address. An IPv4 address that comes as IPv6 is judged as the one it is; whatever is neither
 * global nor known to be private is `never`, and so is what is no address.
 */
export function addressKind(text: string): AddressKind {
  const [address = ''] = text.split('%'); // without its zone (RFC 4007 §11)
  switch (isIP(address)) {
    case 4:
      if (PRIVATE_4.check(address)) return 'private';
      return NEVER_4.check(address) ? 'never' : 'public';
    case 6:
      if (CLOTHED.check(address, 'ipv6')) return addressKind(lastFourBytes(address));
      if (PRIVATE_6.check(address, 'ipv6')) return 'private';
      return GLOBAL_6.check(address, 'ipv6') && !NEVER_6.check(address, 'ipv6')
        ? 'public'
        : 'never';
    default:
      return 'never';
  }
}

/** The last 32 bits of an IPv6 address, as IPv4 writes them. */
function lastFourBytes(address: string): string {
  if (address.includes('.')) return address.slice(address.lastIndexOf(':') + 1);
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const groups = canonical.split(':').slice(-2);
  return groups
    .map((group) => Number.parseInt(group || '0', 16))
    .flatMap((group) => [group >> 8, group & 0xff])
    .join('.');
}
