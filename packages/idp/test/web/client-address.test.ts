import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { clientAddress } from '../../src/web/client-address.ts';

const request = (remoteAddress: string, forwardedFor?: string): IncomingMessage =>
  ({
    socket: { remoteAddress },
    headers: forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor },
  }) as unknown as IncomingMessage;

describe('the address of a request', () => {
  test('is that of the connection when no proxy was named, whatever a header says', () => {
    expect(clientAddress([])(request('203.0.113.9', '198.51.100.1'))).toBe('203.0.113.9');
  });

  test('is that of the connection when it comes from nobody who was named', () => {
    const addressOf = clientAddress(['10.0.0.0/8']);
    expect(addressOf(request('203.0.113.9', '198.51.100.1'))).toBe('203.0.113.9');
  });

  test('is the rightmost hop that was not named, so that nobody can put one in front', () => {
    const addressOf = clientAddress(['10.0.0.0/8', '2001:db8::/32']);
    expect(addressOf(request('10.0.0.1', '1.2.3.4, 198.51.100.1, 10.0.0.2'))).toBe('198.51.100.1');
    expect(addressOf(request('2001:db8::1', '1.2.3.4, 2001:470::7'))).toBe('2001:470::7');
  });
});
