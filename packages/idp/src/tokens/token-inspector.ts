import { present } from '@ambit/scope-catalog';
import type { ChainLossReason } from '@ambit/scope-catalog';
import type { AuditStore } from '../audit/ports.ts';
import type { AuditRecord } from '../audit/record.ts';
import type { RevocationRule } from '../revocation/ports.ts';
import type { Snapshots } from '../snapshot/snapshot.ts';
import type { AccessTokenClaims, InactiveReason, VerifiedToken } from './access-token.ts';
import { decideToken } from './decide-token.ts';
import type { TokenDecision } from './decide-token.ts';
import { introspectionOf } from './introspection.ts';
import { issuedToken } from './issued-token.ts';
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

const LOSSES: Readonly<Record<ChainLossReason, string>> = {
  client_unknown: 'the client has been deleted',
  client_disabled: 'the client is disabled',
  unknown: 'the active catalog version does not list it',
  moved: 'it belongs to another audience now',
  retired: 'its sunset has passed',
  not_entitled: 'none of the live roles of the client grants it any more',
  not_federated: 'its client no longer stands for workloads of that issuer',
  client_governs: 'its client, which workloads stand for, holds an ambit role',
  beyond_rule: 'its federation rule no longer lists it',
  not_addressed:
    'the actor is no credential any more of the resource server that the token before was for',
  actor_is_subject: 'the actor is the subject itself',
  actor_in_chain: 'the actor has acted in the chain before',
  actor_governs: 'the actor holds an ambit role',
  parent_dead: 'nothing is left of the token it was exchanged for',
  not_carried: 'the token it was exchanged for has lost it',
  rule_removed: 'no rule lists it for its client any more',
  not_held: 'the token it was exchanged for has lost what the rule wants held',
  too_deep: 'the delegation rules allow shorter chains only',
  chain_broken: 'the exchanges on record do not follow one another',
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
      return introspectionOf(decision);
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
      issuedToken(issuance, issuer),
      await snapshots.current(),
      clock(),
    );
    return explainDecision(decision, issuance);
  }
}

function explainDecision(
  decision: TokenDecision,
  issuance: AuditRecord | undefined,
): TokenExplanation {
  const { token, liveness } = decision;
  const live = new Set(decision.active ? decision.liveness.scopes : []);
  const lost = liveness?.lost ?? [];
  const scopes = token.claims.scope.split(' ').map((scope) => {
    const loss = lost.findLast((each) => each.scope === scope);
    const reason = live.has(scope) || loss === undefined ? undefined : LOSSES[loss.reason];
    return { scope, live: live.has(scope), ...present({ reason }) };
  });
  const losses = lost.map(({ scope, reason, step }) => {
    const where = step === undefined ? '' : ` (${describeStep(step)})`;
    return `\`${scope}\`${where}: ${LOSSES[reason]}`;
  });
  return {
    active: decision.active,
    reasons: decision.active
      ? ['it is active', ...losses]
      : [
          decision.rule === undefined
            ? SENTENCES[decision.reason]
            : ruleSentence(decision.rule, token),
          ...losses,
        ],
    claims: token.claims,
    kid: token.kid,
    ...(!decision.active && decision.rule ? { revocation: decision.rule } : {}),
    scopes,
    ...present({ issuance }),
  };
}

function ruleSentence(rule: RevocationRule, token: VerifiedToken): string {
  const made = `made ${new Date(rule.createdAt).toISOString()} by \`${rule.createdBy}\``;
  const why = rule.reason === undefined ? '' : `: ${rule.reason}`;
  return `a revocation rule covers it: \`${rule.id}\` over ${coverOf(rule, token)}, ${made}${why}`;
}

function coverOf(rule: RevocationRule, { claims }: VerifiedToken): string {
  switch (rule.kind) {
    case 'jti':
      return rule.jti === claims.jti ? 'this token' : `the token \`${rule.jti}\` above it`;
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
const describeStep = (step: number): string =>
  step === 0 ? 'at the root of its chain' : `at exchange ${step} of its chain`;
