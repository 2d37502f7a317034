import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import canonicalize from 'canonicalize';
import type { CompiledFederationRule } from '../compiled-catalog.ts';
import type { FederationEntry, FederationRuleEntry } from '../document.ts';
import type { Finding } from '../finding.ts';
import { breach } from '../rules.ts';
import { sortedMap } from './sorted.ts';

/** So many hex digits of the digest name a rule: 128 bits. */
const ID_LENGTH = 32;

/**
 * What is wrong between entries: tokens of one issuer for one audience that two of them trust would
 * be held to the rules of either.
 */
export function checkFederation(
  entries: Readonly<Record<string, FederationEntry>>,
  findings: Finding[],
): void {
  const holders = new Map<string, string>();
  for (const [name, { issuer, audience }] of Object.entries(entries)) {
    const trusted = JSON.stringify([issuer, audience]);
    const holder = holders.get(trusted);
    if (holder === undefined) {
      holders.set(trusted, name);
      continue;
    }
    const message = `\`${name}\` trusts tokens of \`${issuer}\` for \`${audience}\`, and so does \`${holder}\``;
    const hint = `move its rules to \`${holder}\`, or give it an audience of its own`;
    findings.push(breach('federation-duplicate', ['federation', name, 'audience'], message, hint));
  }
}

/** The federation rules of each issuer, each with a name that its content gives it. */
export const compileFederation = (
  entries: Readonly<Record<string, FederationEntry>>,
): ReadonlyMap<string, readonly CompiledFederationRule[]> =>
  sortedMap(
    Object.entries(entries).map(([name, issuer]) => [
      name,
      issuer.rules.map((entry, index) => ({ id: ruleId(issuer, entry), index, entry })),
    ]),
  );

/**
 * A token carries the rule it came by, so the rule needs a name that outlives an edit elsewhere in
 * the document. It is of what the external token was held to; the ceiling is not part of it, since
 * that is decided again.
 */
function ruleId({ issuer, audience }: FederationEntry, rule: FederationRuleEntry): string {
  const { match, client } = rule;
  const text = canonicalize({ issuer, audience, match, client }) ?? '';
  return bytesToHex(sha256(utf8ToBytes(text))).slice(0, ID_LENGTH);
}
