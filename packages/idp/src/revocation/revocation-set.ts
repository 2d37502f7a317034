import { matchValue } from './match-value.ts';
import type { RevocationRule } from './ports.ts';

/** What revocation needs to know of a token. `issuedAt` is in seconds. */
export interface RevocableToken {
  readonly jti: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly kid: string;
  readonly catalogVersion: number;
  readonly issuedAt: number;
  /** The store revision its issuer had read: its `rev` claim. */
  readonly revision: number;
}

/** Revocation rules, indexed. INVARIANT: it may be of a newer revision than whoever holds it, never of an older one. */
export interface RevocationSet {
  /** A rule that covers the token, if any does. Its cost does not grow with the number of rules. */
  find(token: RevocableToken): RevocationRule | undefined;
}

/** A set that takes in the rules that are made after it. */
export interface GrowingRevocationSet extends RevocationSet {
  /** Takes in all rules above a revision; those of them that it holds already change nothing. */
  add(newer: readonly RevocationRule[]): void;
  /** Whether it has taken in so many that it is worth making anew, without those that are over. */
  isOvergrown(): boolean;
}

/** So many rules are always taken in. */
const TAKEN_IN_LEAST = 1_000;

type IndexedKind = Exclude<RevocationRule['kind'], 'issued-before'>;

/**
 * Indexes revocation rules.
 *
 * A rule of revision R covers the tokens it matches whose issuer had read an older revision, so of several rules for
 * the same thing the newest says everything; a rule for a key covers all its tokens, for ever. Of the rules by time,
 * the ones that no other outdoes in both time and revision are kept.
 */
export function buildRevocationSet(rules: readonly RevocationRule[]): GrowingRevocationSet {
  const indexes: Record<IndexedKind, Map<string | number, RevocationRule>> = {
    jti: new Map(),
    client: new Map(),
    scope: new Map(),
    key: new Map(),
    version: new Map(),
  };
  let byTime: Extract<RevocationRule, { kind: 'issued-before' }>[] = [];

  let takenIn = -rules.length; // these are no news
  const add = (newer: readonly RevocationRule[]): void => {
    takenIn += newer.length;
    for (const rule of [...newer].sort((a, b) => a.revision - b.revision)) {
      if (rule.kind === 'issued-before') {
        byTime = byTime.filter((older) => older.issuedBefore > rule.issuedBefore);
        byTime.push(rule);
      } else {
        indexes[rule.kind].set(matchValue(rule), rule);
      }
    }
  };
  add(rules);

  return {
    add,
    isOvergrown: () => takenIn > Math.max(rules.length, TAKEN_IN_LEAST),
    find(token) {
      const candidates = [
        indexes.jti.get(token.jti),
        indexes.client.get(token.clientId),
        indexes.version.get(token.catalogVersion),
        ...token.scopes.map((scope) => indexes.scope.get(scope)),
        byTime.findLast((rule) => token.issuedAt <= rule.issuedBefore),
      ];
      return (
        indexes.key.get(token.kid) ??
        candidates.find((rule) => rule !== undefined && token.revision < rule.revision)
      );
    },
  };
}
