import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { replayKey } from '../../src/replay/replay-key.ts';
import type { ReplayScope } from '../../src/replay/replay-key.ts';

const scope = fc.constantFrom<ReplayScope>('client', 'proof-key', 'issuer');
/** Texts that look like what a careless key would be put together from. */
const text = fc
  .array(fc.constantFrom('client', 'issuer', 'a', '\n', '"', ',', '\\', '\0'), { maxLength: 4 })
  .map((parts) => parts.join(''));
const use = fc.tuple(scope, text, text);

describe('the key of what may be used once', () => {
  test('law: is the same for the same, and differs in whatever they differ', () => {
    fc.assert(
      fc.property(use, use, (one, other) => {
        const same = JSON.stringify(one) === JSON.stringify(other);
        expect(replayKey(...one) === replayKey(...other)).toBe(same);
      }),
    );
  });

  test.each<[string, Parameters<typeof replayKey>, Parameters<typeof replayKey>]>([
    [
      'a client that is called like a kind of use',
      ['client', 'federation', 'https://ci.example\n1'],
      ['issuer', 'https://ci.example', '1'],
    ],
    [
      'a client that is called like the thumbprint of a key',
      ['client', 'thumbprint', '1'],
      ['proof-key', 'thumbprint', '1'],
    ],
    ['a name that runs on into a `jti`', ['client', 'a', 'b\n1'], ['client', 'a\nb', '1']],
  ])('%s uses up nothing of others', (_what, one, other) => {
    expect(replayKey(...one)).not.toBe(replayKey(...other));
  });
});
