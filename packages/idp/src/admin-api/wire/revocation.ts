import { matchValue } from '../../revocation/match-value.ts';
import type { RevocationRule } from '../../revocation/ports.ts';
import { timeMember, toTime } from './time.ts';

/** A revocation rule. */
export const toWireRevocation = (rule: RevocationRule): object => ({
  id: rule.id,
  kind: rule.kind,
  value: rule.kind === 'issued-before' ? toTime(rule.issuedBefore * 1000) : matchValue(rule),
  revision: rule.revision,
  created_at: toTime(rule.createdAt),
  created_by: rule.createdBy,
  reason: rule.reason,
  ...timeMember('expires_at', rule.expiresAt),
});
