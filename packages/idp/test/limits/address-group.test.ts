import { expect, test } from '@jest/globals';
import { addressGroup } from '../../src/limits/address-group.ts';

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::ffff:c000:201', '192.0.2.1'],
  ['2001:db8::1', '20010db800000000'],
  ['2001:DB8:0:0:ffff::', '20010db800000000'],
  ['2001:db8:0:1::1', '20010db800000001'],
  ['::1', '0000000000000000'],
  ['fe80::1%eth0', 'fe80000000000000'],
  ['not an address', 'unknown'],
  [undefined, 'unknown'],
])('the group of %s is %s', (address, group) => {
  expect(addressGroup(address)).toBe(group);
});
