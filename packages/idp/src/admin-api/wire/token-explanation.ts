import { present } from '@ambit/scope-catalog';
import type { TokenExplanation } from '../../tokens/token-inspector.ts';
import { toWireAuditRecord } from './audit.ts';
import { toWireRevocation } from './revocation.ts';

/** Why a token is or is not active. */
export function toWireTokenExplanation(explanation: TokenExplanation): object {
  const { active, reasons, claims, kid, revocation, scopes, issuance } = explanation;
  return {
    active,
    reasons,
    scopes,
    ...present({ claims, issued: issuance && toWireAuditRecord(issuance) }),
    ...(kid === undefined ? {} : { signature: { kid } }),
    revocations: revocation === undefined ? [] : [toWireRevocation(revocation)],
  };
}
