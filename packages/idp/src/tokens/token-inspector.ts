import { present } from '@ambit/scope-catalog';
import type { LossReason } from '@ambit/scope-catalog';
import type { AuditStore } from '../audit/ports.ts';
import type { AuditRecord } from '../audit/record.ts';
import type { RevocationRule } from '../revocation/ports.ts';
import type { Snapshots } from '../snapshot/snapshot.ts';
import type { AccessTokenClaims, InactiveReason } from './access-token.ts';
import { decideToken } from './decide-token.ts';
import type { TokenDecision } from './decide-token.ts';
import type { TokenVerifier } from './token-verifier.ts';

/** Why a token is or is not active, in full. */
export interface TokenExplanation {
  readonly active: boolean;
  /** Sentences for a person, the deciding one first. */
  readonly reasons: readonly string[];
  readonly claims?: AccessTokenClaims;
  readonly kid?: string;
  /** The revocation rule that covers it. */
  readonly revocation?: RevocationRule;
  readonly scopes: readonly {
    readonly scope: string;
    readonly live: boolean;
    readonly reason?: string;
  }[];
  /** The audit record of its issuance, where the log still has it. */
  readonly issuance?: AuditRecord;
}

/** Looks into any token of this issuer, whoever it is addressed to. */
export interface TokenInspector {
  /** The members of an introspection answer (RFC 7662 §2.2). */
  introspect(token: string): Promise<Readonly<Record<string, unknown>>>;
  /** Why a token, or the token of a `jti`, is or is not active. */
  explain(tokenOrJti: string): Promise<TokenExplanation>;
}

const SENTENCES: Readonly<Record<InactiveReason, string>> = {
  malformed: 'it is not a JWT of the shape this issuer gives out',
  wrong_type: 'its `typ` is not `at+jwt`, so it is no access token',
  unknown_key:
    'no published key of this issuer has its `kid` and algorithm; the key may have been revoked or destroyed',
  bad_signature:
    'its signature does not verify under the key it names: it was altered, or somebody else signed it',
  foreign_issuer: 'another issuer gave it out',
  expired: 'it has expired',
  underived: 'it says that it was exchanged, but no exchange of it is on record',
  revoked: 'a revocation rule covers it',
  no_live_scope: 'its client may not be granted any of its scopes any more',
};

const LOSSES: Readonly<Record<LossReason, string>> = {
  client_unknown: 'the client has been deleted',
  client_disabled: 'the client is disabled',
  unknown: 'the active catalog version does not list it',
  moved: 'it belongs to another audience now',
  retired: 'its sunset has passed',
  not_entitled: 'none of the live roles of the client grants it any more',
};

/** Makes the inspector. */
export function createTokenInspector(dependencies: {
  readonly issuer: string;
  readonly verifier: TokenVerifier;
  readonly snapshots: Snapshots;
  readonly audit: Pick<AuditStore, 'findIssuance'>;
  readonly clock: () => number;
}): TokenInspector {
  const { issuer, verifier, snapshots, audit, clock } = dependencies;

  const inspect = async (token: string): Promise<TokenDecision | InactiveReason> => {
    const snapshot = await snapshots.current();
    const verified = await verifier.verify(token, snapshot.keys);
    return verified.ok ? decideToken(verified.value, snapshot, clock()) : verified.error;
  };

  return {
    async introspect(token) {
      const decision = await inspect(token);
      if (typeof decision === 'string' || !decision.active) return { active: false };
      const { claims } = decision.token;
      return {
        ...claims,
        active: true,
        scope: decision.liveness.scopes.join(' '),
        token_type: claims.cnf?.jkt === undefined ? 'Bearer' : 'DPoP',
      };
    },

    async explain(tokenOrJti) {
      if (!tokenOrJti.includes('.')) return explainIssued(await audit.findIssuance(tokenOrJti));
      const decision = await inspect(tokenOrJti);
      if (typeof decision === 'string') {
        return { active: false, reasons: [SENTENCES[decision]], scopes: [] };
      }
      const issuance = await audit.findIssuance(decision.token.claims.jti);
      return explainDecision(decision, issuance);
    },
  };

  async function explainIssued(issuance: AuditRecord | undefined): Promise<TokenExplanation> {
    if (!issuance) {
      return {
        active: false,
        reasons: ['the audit log has no issuance of this `jti`'],
        scopes: [],
      };
    }
    const decision = await decideToken(
      tokenOf(issuance, issuer),
      await snapshots.current(),
      clock(),
    );
    return explainDecision(decision, issuance);
  }
}

/** The token that an issuance record stands for: all that a decision needs to know of it. */
const tokenOf = (issuance: AuditRecord, iss: string): TokenDecision['token'] => ({
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
  },
});

function explainDecision(
  decision: TokenDecision,
  issuance: AuditRecord | undefined,
): TokenExplanation {
  const { token, liveness } = decision;
  const lost = new Map(liveness?.lost.map(({ scope, reason }) => [scope, LOSSES[reason]]));
  const scopes = token.claims.scope.split(' ').map((scope) => {
    const reason = lost.get(scope);
    return {
      scope,
      live: decision.active && reason === undefined,
      ...present({ reason }),
    };
  });
  const losses = [...lost].map(([scope, reason]) => `\`${scope}\`: ${reason}`);
  return {
    active: decision.active,
    reasons: decision.active
      ? ['it is active', ...losses]
      : [
          decision.rule === undefined ? SENTENCES[decision.reason] : ruleSentence(decision.rule),
          ...losses,
        ],
    claims: token.claims,
    kid: token.kid,
    ...(!decision.active && decision.rule ? { revocation: decision.rule } : {}),
    scopes,
    ...present({ issuance }),
  };
}

function ruleSentence(rule: RevocationRule): string {
  const made = `made ${new Date(rule.createdAt).toISOString()} by \`${rule.createdBy}\``;
  const why = rule.reason === undefined ? '' : `: ${rule.reason}`;
  return `a revocation rule covers it: \`${rule.id}\` over ${coverOf(rule)}, ${made}${why}`;
}

function coverOf(rule: RevocationRule): string {
  switch (rule.kind) {
    case 'jti':
      return 'this token';
    case 'client':
      return `all tokens of \`${rule.clientId}\``;
    case 'scope':
      return `all tokens that carry \`${rule.scope}\``;
    case 'key':
      return `all tokens signed by \`${rule.kid}\``;
    case 'version':
      return `all tokens issued under catalog version ${rule.version}`;
    case 'issued-before':
      return `all tokens issued until ${new Date(rule.issuedBefore * 1000).toISOString()}`;
  }
}
