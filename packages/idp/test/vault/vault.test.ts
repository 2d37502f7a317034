import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { generateSecret, looksLikeSecret } from '../../src/vault/secret.ts';
import { createSealer, createVault, generateKey } from '../../src/vault/vault.ts';

const bytes = fc.uint8Array({ maxLength: 200 });

describe('sealing', () => {
  const sealer = createSealer(generateKey());

  test('what was sealed opens again, in its own context alone', () => {
    fc.assert(
      fc.property(bytes, fc.string(), fc.string(), (plaintext, context, other) => {
        const sealed = sealer.seal(plaintext, context);
        expect([...sealer.open(sealed, context)]).toEqual([...plaintext]);
        if (other !== context) expect(() => sealer.open(sealed, other)).toThrow('another context');
      }),
    );
  });

  test('a ciphertext with any bit changed does not open', () => {
    const sealed = sealer.seal(Buffer.from('the private half'), 'kid');
    for (let at = 0; at < sealed.length; at += 1) {
      const broken = Uint8Array.from(sealed);
      broken[at] = (broken[at] ?? 0) ^ 1;
      expect(() => sealer.open(broken, 'kid')).toThrow(
        expect.objectContaining({ code: 'vault.seal_broken' }),
      );
    }
    expect(() => sealer.open(sealed.subarray(0, 20), 'kid')).toThrow();
    expect(() => sealer.open(new Uint8Array(), 'kid')).toThrow();
  });

  test('another master key does not open it, and the envelope names its key', () => {
    const sealed = sealer.seal(Buffer.from('x'), 'kid');
    expect(() => createSealer(generateKey()).open(sealed, 'kid')).toThrow('another master key');
    expect(sealer.masterKeyId).toMatch(/^[0-9a-f]{8}$/);
    expect(Buffer.from(sealed).toString('hex', 1, 5)).toBe(sealer.masterKeyId);
  });

  test('the same text never seals alike twice', () => {
    const seals = Array.from({ length: 50 }, () => sealer.seal(Buffer.from('x'), 'kid'));
    expect(new Set(seals.map((seal) => Buffer.from(seal).toString('hex'))).size).toBe(50);
  });

  test.each([0, 16, 31, 33])('a master key of %i bytes is refused', (length) => {
    expect(() => createSealer(new Uint8Array(length))).toThrow(RangeError);
    expect(() => createVault(generateKey(), new Uint8Array(length))).toThrow(RangeError);
  });
});

describe('hashing secrets', () => {
  const hashKey = generateKey();
  const vault = createVault(generateKey(), hashKey);

  test('a secret is known by its hash, and no other is', () => {
    const hash = vault.hashSecret('one');
    expect(hash).toHaveLength(32);
    expect(vault.isSecret('one', hash)).toBe(true);
    expect(vault.isSecret('two', hash)).toBe(false);
    expect(vault.isSecret('one', hash.subarray(1))).toBe(false);
    expect(vault.isSecret('one', new Uint8Array())).toBe(false);
  });

  test('hashes and their key id depend on the hash key, not on the master key', () => {
    const rekeyed = createVault(generateKey(), hashKey);
    expect(rekeyed.keyId).toBe(vault.keyId);
    expect(rekeyed.isSecret('one', vault.hashSecret('one'))).toBe(true);
    const other = createVault(generateKey(), generateKey());
    expect(other.keyId).not.toBe(vault.keyId);
    expect(other.isSecret('one', vault.hashSecret('one'))).toBe(false);
  });
});

describe('secrets', () => {
  test('are recognisable, never alike, and safe in a form or a header', () => {
    const secrets = Array.from({ length: 200 }, generateSecret);
    expect(new Set(secrets).size).toBe(200);
    for (const secret of secrets) {
      expect(secret).toMatch(/^ambit_[A-Za-z0-9._-]{49}$/);
      expect(encodeURIComponent(secret)).toBe(secret);
      expect(looksLikeSecret(secret)).toBe(true);
    }
  });

  test('one with a letter changed, or anything else, is not taken for one', () => {
    const secret = generateSecret();
    for (let at = 0; at < secret.length; at += 1) {
      const letter = secret[at] === 'x' ? 'y' : 'x';
      const slip = secret.slice(0, at) + letter + secret.slice(at + 1);
      expect(looksLikeSecret(slip)).toBe(false);
    }
    expect(looksLikeSecret('')).toBe(false);
    expect(looksLikeSecret(`${secret} `)).toBe(false);
  });
});
