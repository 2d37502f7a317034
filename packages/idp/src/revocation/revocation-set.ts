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

/** The revocation rules of one revision, indexed. INVARIANT: never changes once made. */
export interface RevocationSet {
  /** A rule that covers the token, if any does. Its cost does not grow with the number of rules. */
  find(token: RevocableToken): RevocationRule | undefined;
}

type IndexedKind = Exclude<RevocationRule['kind'], 'issued-before'>;

/**
 * Indexes revocation rules.
 *
 * A rule of revision R covers the tokens it matches whose issuer had read an older revision, so of several rules for
 * the same thing the newest says everything; a rule for a key covers all its tokens, for ever. Of the rules by time,
 * the ones that no other outdoes in both time and revision are kept.
 */
export function buildRevocationSet(rules: readonly RevocationRule[]): RevocationSet {
  const indexes: Record<IndexedKind, Map<string | number, RevocationRule>> = {
    jti: new Map(),
    client: new Map(),
    scope: new Map(),
    key: new Map(),
    version: new Map(),
  };
  let byTime: Extract<RevocationRule, { kind: 'issued-before' }>[] = [];

  for (const rule of [...rules].sort((a, b) => a.revision - b.revision)) {
    if (rule.kind === 'issued-before') {
      byTime = byTime.filter((older) => older.issuedBefore > rule.issuedBefore);
      byTime.push(rule);
    } else {
      indexes[rule.kind].set(matchValue(rule), rule);
    }
  }

  return {
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
