import { present } from '@ambit/scope-catalog';
import type {
  TokenExplanation,
  TokenInspector as Inspector,
} from '../../tokens/token-inspector.ts';
import type { TokenInspector } from '../ports.ts';
import { toWireAuditRecord } from './audit.ts';
import { toWireRevocation } from './revocation.ts';

/** The token inspector as the routes want it, its answers in the terms of the wire. */
export const toWireInspector = (inspector: Inspector): TokenInspector => ({
  introspect: (token) => inspector.introspect(token),
  explain: async (tokenOrJti) => toWireTokenExplanation(await inspector.explain(tokenOrJti)),
});

const toWireTokenExplanation = (explanation: TokenExplanation): object => {
  const { active, reasons, claims, kid, revocation, scopes, issuance } = explanation;
  return {
    active,
    reasons,
    scopes,
    ...present({ claims, issued: issuance && toWireAuditRecord(issuance) }),
    ...(kid === undefined ? {} : { signature: { kid } }),
    revocations: revocation === undefined ? [] : [toWireRevocation(revocation)],
  };
};
