import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { calculateJwkThumbprint } from 'jose';
import type { JWK } from 'jose';
import { generateSigningKeyPair } from '../../src/keys/signing-key-pair.ts';

const pair = () => generateKeyPairSync('ed25519');
const kidOf = ({ publicKey }: ReturnType<typeof pair>) =>
  calculateJwkThumbprint(publicKey.export({ format: 'jwk' }) as JWK);

test('a `kid` never looks like a flag of a command', async () => {
  let flag = pair();
  while (!(await kidOf(flag)).startsWith('-')) flag = pair();
  let plain = pair();
  while ((await kidOf(plain)).startsWith('-')) plain = pair();

  const queue = [flag, flag, plain];
  const made = await generateSigningKeyPair('EdDSA', () => Promise.resolve(queue.shift() ?? plain));
  expect(made.kid).toBe(await kidOf(plain));
  expect(made.publicJwk['kid']).toBe(made.kid);
});
