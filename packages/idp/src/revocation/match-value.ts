import type { RevocationMatch } from './ports.ts';

/** The one thing a match speaks of, beside its kind: what a rule is looked up by, kept as and shown with. */
export function matchValue(match: RevocationMatch): string | number {
  switch (match.kind) {
    case 'jti':
      return match.jti;
    case 'client':
      return match.clientId;
    case 'scope':
      return match.scope;
    case 'key':
      return match.kid;
    case 'version':
      return match.version;
    case 'issued-before':
      return match.issuedBefore;
  }
}
