import { expect, test } from '@jest/globals';
import { isAddressOrNetwork, networkOf } from '../src/network.ts';

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::FFFF:c000:207', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2:ffff::', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ['::1', '::/64'],
  ['fe80::1%eth0', 'fe80::/64'],
  ['no address', 'unknown'],
  [undefined, 'unknown'],
])('%s counts as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test.each(['192.0.2.7', '::1', '::ffff:192.0.2.7', 'fe80::1%eth0', '::/64', '2001:db8:1:2::/64'])(
  '%s is an address or the network of one',
  (text) => {
    expect(isAddressOrNetwork(text)).toBe(true);
  },
);

test.each([
  ...[
    '',
    '/64',
    'unknown',
    'unknown/64',
    'nonsense',
    '127',
    '192.0.2',
    '192.0.2.7 ',
    '192.0.2.7/64',
  ],
  ...['192.0.2.0/24', '2001:db8::/32', '2001:db8:1:2::1/64', '2001:DB8:1:2::/64'],
])('%j is neither', (text) => {
  expect(isAddressOrNetwork(text)).toBe(false);
});
