import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const PREFIX = 'ambit_';
const RANDOM_BYTES = 32;
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const CHECKSUM_LENGTH = 6; // 62^6 > 2^32
const SHAPE = /^ambit_[A-Za-z0-9_-]{43}[A-Za-z0-9]{6}$/;

function checksum(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let i = 0; i < CHECKSUM_LENGTH; i += 1) {
    digits = BASE62.charAt(rest % 62) + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

/**
 * Makes a client secret: `ambit_`, 256 random bits in base64url, and a checksum.
 *
 * The prefix and checksum let scanners recognise a leaked one without asking the server. Only `[A-Za-z0-9_-]` occurs,
 * so that form-encoding it for client_secret_basic (RFC 6749 §2.3.1) changes nothing.
 */
export function generateSecret(): string {
  const body = PREFIX + randomBytes(RANDOM_BYTES).toString('base64url');
  return body + checksum(body);
}

/** Whether a text is a secret of our making, by its shape and checksum. */
export const looksLikeSecret = (text: string): boolean =>
  SHAPE.test(text) && text.endsWith(checksum(text.slice(0, -CHECKSUM_LENGTH)));
