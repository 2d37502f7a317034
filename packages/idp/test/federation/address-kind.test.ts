import { describe, expect, test } from '@jest/globals';
import { addressKind } from '../../src/federation/address-kind.ts';

describe('the kind of an address', () => {
  test.each([
    ['140.82.121.6', 'public'],
    ['2606:50c0:8000::153', 'public'],
    ['::ffff:140.82.121.6', 'public'],
    ['64:ff9b::8c52:7906', 'public'],
    ['127.0.0.1', 'private'],
    ['127.255.255.254', 'private'],
    ['10.1.2.3', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.0.1', 'private'],
    ['100.64.0.1', 'private'],
    ['169.254.169.254', 'private'],
    ['::1', 'private'],
    ['fd00::1', 'private'],
    ['fe80::1%eth0', 'private'],
    ['::ffff:127.0.0.1', 'private'],
    ['::ffff:7f00:1', 'private'],
    ['::ffff:a9fe:a9fe', 'private'],
    ['64:ff9b::a9fe:a9fe', 'private'],
    ['64:ff9b::10.0.0.1', 'private'],
    ['172.32.0.1', 'public'],
    ['0.0.0.0', 'never'],
    ['::', 'never'],
    ['::ffff:0.0.0.0', 'never'],
    ['::7f00:1', 'never'],
    ['224.0.0.1', 'never'],
    ['255.255.255.255', 'never'],
    ['198.18.0.1', 'never'],
    ['192.0.2.1', 'never'],
    ['2001:db8::1', 'never'],
    ['2001::1', 'never'],
    ['2002:7f00:1::', 'never'],
    ['64:ff9b:1::1', 'never'],
    ['ff02::1', 'never'],
    ['localhost', 'never'],
    ['', 'never'],
  ] as const)('[RFC 6890] %s is %s', (address, kind) => {
    expect(addressKind(address)).toBe(kind);
  });
});
