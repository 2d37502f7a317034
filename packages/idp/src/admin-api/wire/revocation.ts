import type { RevocationMatch, RevocationRule } from '../../revocation/ports.ts';
import { timeMember, toTime } from './time.ts';

/** A revocation rule. */
export const toWireRevocation = (rule: RevocationRule): object => ({
  id: rule.id,
  kind: rule.kind,
  value: valueOf(rule),
  revision: rule.revision,
  created_at: toTime(rule.createdAt),
  created_by: rule.createdBy,
  reason: rule.reason,
  ...timeMember('expires_at', rule.expiresAt),
});

function valueOf(match: RevocationMatch): string | number {
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
      return toTime(match.issuedBefore * 1000);
  }
}
