import { derivationOf } from '@ambit/scope-catalog';
import type { DelegationGrant } from '@ambit/scope-catalog';
import { revocableToken } from '../tokens/decide-token.ts';
import type { TokenDecision } from '../tokens/decide-token.ts';
import type { Derivation } from './ports.ts';

/** A live token, presented as the subject of an exchange. */
export type SubjectToken = Extract<TokenDecision, { active: true }>;

/** What is to be kept of an exchange. `expiresAt` is the `exp` of the token that it gave. */
export function derive(
  subject: SubjectToken,
  grant: DelegationGrant,
  issued: { readonly jti: string; readonly expiresAt: number; readonly catalogVersion: number },
): Derivation {
  const { claims } = subject.token;
  const above = subject.derivation;
  const step = derivationOf(grant, { ...issued, parentJti: claims.jti });
  return {
    jti: issued.jti,
    parentJti: claims.jti,
    root: above?.root ?? {
      jti: claims.jti,
      sub: claims.sub,
      clientId: claims.client_id,
      audience: claims.aud,
      scopes: claims.scope.split(' '),
      ...(claims.fed === undefined ? {} : { federation: claims.fed }),
    },
    steps: [...(above?.steps ?? []), step],
    ancestors: [...(above?.ancestors ?? []), revocableToken(subject.token)],
    expiresAt: issued.expiresAt,
  };
}
