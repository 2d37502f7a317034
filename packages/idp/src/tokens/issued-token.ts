import { present } from '@ambit/scope-catalog';
import type { AuditRecord } from '../audit/record.ts';
import type { VerifiedToken } from './access-token.ts';
import { actClaim } from './act-claim.ts';

/** The token that an issuance record stands for: all that a decision needs to know of it. */
export const issuedToken = (issuance: AuditRecord, iss: string): VerifiedToken => ({
  kid: issuance.kid ?? '',
  claims: {
    iss,
    aud: issuance.audience ?? '',
    sub: issuance.subject ?? '',
    client_id: issuance.client ?? '',
    jti: issuance.jti ?? '',
    scope: (issuance.grantedScopes ?? []).join(' '),
    iat: Math.floor(issuance.time / 1000),
    exp: issuance.expiresAt ?? 0,
    catalog_version: issuance.catalogVersion ?? 0,
    rev: issuance.revision ?? 0,
    ...present({ act: actClaim(issuance.actors ?? []), fed: issuance.federation }),
  },
});
