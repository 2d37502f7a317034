import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import canonicalize from 'canonicalize';
import type { CatalogDocument } from './document.ts';

/** The one way of writing a document that does not depend on the order of its keys (RFC 8785). */
export function canonicalForm(document: CatalogDocument): string {
  const text = canonicalize(document);
  if (text === undefined) throw new TypeError('a catalog document always has a canonical form');
  return text;
}

/** The name that a document's content gives it: `sha256:` and the hex digest of its canonical form. */
export const catalogDigest = (document: CatalogDocument): string =>
  `sha256:${bytesToHex(sha256(utf8ToBytes(canonicalForm(document))))}`;
