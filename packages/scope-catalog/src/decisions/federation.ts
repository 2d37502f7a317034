import { matchesPattern } from '../claim-pattern.ts';
import type { CompiledCatalog, CompiledFederationRule } from '../compiled-catalog.ts';
import type { FederationRuleEntry } from '../document.ts';
import { err, ok } from '../result.ts';
import type { Result } from '../result.ts';
import { FEDERATION_CHECKS } from './federation-terms.ts';
import type {
  ExternalClaims,
  FederatedClient,
  FederationGrant,
  FederationMark,
  FederationRefusal,
  FederationRefusalCode,
} from './federation-terms.ts';
import { holdsReservedRole } from './governance.ts';
import type { IssuanceGrant, IssuanceRefusal, IssuanceRequest } from './issuance-terms.ts';
import { decideIssuance } from './issuance.ts';
import { decideLiveness } from './liveness.ts';
import type { LivenessSubject, LossReason } from './liveness.ts';

/** Longer than any `jti` that means something; what is longer is not worth remembering. */
const JTI_MAX_LENGTH = 512;

/**
 * Decides which client an external token stands for, and for how much.
 *
 * 1. `issuer_unknown`: the catalog trusts an issuer of that name.
 * 2. `issuer_mismatch`: the token's `iss` is exactly that issuer.
 * 3. `audience`: its `aud` is exactly the audience that the catalog names, and nothing beside it.
 * 4. `expired`: its `exp` is a second away at least.
 * 5. `no_rule`: a rule matches, that is, every claim it names holds, see {@link matchesPattern}.
 * 6. `tie`: of the rules that match, one names more claims than all others.
 * 7. `jti_missing`: it has a `jti`, where the rule takes each token once.
 *
 * The ceiling is what the rule lists; where the rule translates a claim, only what that claim's
 * names translate to. Whether the client may stand for it is for {@link decideStanding}, and
 * whether a `jti` has been seen before for whoever stores them.
 */
export function decideFederation(
  catalog: CompiledCatalog,
  issuerName: string,
  claims: ExternalClaims,
  now: number,
): Result<FederationGrant, FederationRefusal> {
  const issuer = catalog.federation.get(issuerName);
  if (issuer === undefined) return err(refuse('federation.issuer_unknown'));
  if (claims['iss'] !== issuer.issuer) return err(refuse('federation.issuer_mismatch'));
  const { aud, exp, jti } = { aud: claims['aud'], exp: claims['exp'], jti: claims['jti'] };
  const [audience, ...others] = Array.isArray(aud) ? (aud as unknown[]) : [aud];
  if (audience !== issuer.audience || others.length > 0) return err(refuse('federation.audience'));
  const lifetimeSeconds = typeof exp === 'number' ? Math.floor(exp - now / 1000) : 0;
  if (!(lifetimeSeconds > 0) || typeof exp !== 'number') return err(refuse('federation.expired'));

  const rules = catalog.federationRules.get(issuerName) ?? [];
  const matching = rules.filter(({ entry }) => unmetClaims(entry, claims).length === 0);
  const most = Math.max(...matching.map(claimsNamed));
  const [rule, ...tied] = matching.filter((candidate) => claimsNamed(candidate) === most);
  if (rule === undefined) return err(refuseUnmatched(rules, claims));
  if (tied.length > 0) {
    const told = [rule, ...tied].map(({ index }) => ({ rule: index, unmet: [] }));
    return err({ ...refuse('federation.tie'), rules: told });
  }
  const grant: FederationGrant = {
    issuer: issuerName,
    rule,
    client: rule.entry.client,
    ceiling: ceilingOf(rule.entry, claims),
    lifetimeSeconds,
  };
  if (rule.entry.once !== true) return ok(grant);
  if (typeof jti !== 'string' || jti === '' || jti.length > JTI_MAX_LENGTH) {
    return err(refuse('federation.jti_missing'));
  }
  return ok({ ...grant, once: { jti, expiresAt: exp } });
}

/**
 * Decides whether a client may stand for a workload, whatever is asked for.
 *
 * 1. `client_mismatch`: the client is the one that the rule names; a client that does authenticate
 *    must be that one.
 * 2. `not_federated`: it is there, and was created to stand for workloads of this issuer.
 * 3. `client_disabled`: it is enabled.
 * 4. `client_governs`: it holds no power over Ambit itself, whoever gave it that.
 */
export function decideStanding<Client extends FederatedClient>(
  { client: named, issuer }: FederationGrant,
  client: Client | undefined,
  now: number,
): Result<Client, FederationRefusal> {
  if (client === undefined) return err(refuse('federation.not_federated'));
  if (client.clientId !== named) return err(refuse('federation.client_mismatch'));
  if (client.federatedIssuer !== issuer) return err(refuse('federation.not_federated'));
  if (!client.enabled) return err(refuse('federation.client_disabled'));
  return holdsReservedRole(client, now) ? err(refuse('federation.client_governs')) : ok(client);
}

/**
 * Decides which requested scopes a workload is granted as the client that its rule names.
 *
 * First all that {@link decideStanding} checks, then all that {@link decideIssuance} does, under the
 * rule's ceiling. Names that the rule translates may be asked for by what they are called elsewhere.
 *
 * Granted is within the ceiling and within what the client is entitled to; the token lives no
 * longer than the external one.
 */
export function decideFederatedIssuance(
  catalog: CompiledCatalog,
  federation: FederationGrant,
  client: FederatedClient | undefined,
  request: Omit<IssuanceRequest, 'ceiling'>,
  now: number,
): Result<IssuanceGrant, FederationRefusal | IssuanceRefusal> {
  const standing = decideStanding(federation, client, now);
  if (!standing.ok) return standing;
  const { scopes, ...rest } = request;
  const { translate } = federation.rule.entry;
  const names = new Map(Object.entries(translate?.names ?? {}));
  const asked = scopes?.map((scope) => names.get(scope) ?? scope);
  const decided = decideIssuance(
    catalog,
    standing.value,
    { ...rest, ...(asked === undefined ? {} : { scopes: asked }), ceiling: federation.ceiling },
    now,
  );
  if (!decided.ok) return decided;
  const lifetimeSeconds = Math.min(decided.value.lifetimeSeconds, federation.lifetimeSeconds);
  return ok({ ...decided.value, lifetimeSeconds });
}

/** Why a scope of a workload's token is not live any more. */
export type FederationLossReason =
  | LossReason
  | 'not_federated' // its client no longer stands for workloads of that issuer
  | 'client_governs' // its client has come to hold power over Ambit itself
  | 'rule_removed' // no rule of the active version has such a match for such a client
  | 'beyond_rule'; // the rule no longer lists it

/** What is left of the scopes of a workload's token. */
export interface FederationLiveness {
  /** Live scopes in the token's order; a token with none is inactive. */
  readonly scopes: readonly string[];
  readonly lost: readonly { readonly scope: string; readonly reason: FederationLossReason }[];
}

/**
 * Decides again, now, which scopes of a workload's token are live: as for any token, and under the
 * rule that it carries, which must still be there for the same claims and the same client.
 */
export function decideFederationLiveness(
  catalog: CompiledCatalog,
  client: FederatedClient | undefined,
  token: LivenessSubject & { readonly federation: FederationMark },
  now: number,
): FederationLiveness {
  const { scopes, lost } = decideLiveness(catalog, client, token, now);
  const { issuer, rule: id } = token.federation;
  const rule = catalog.federationRules.get(issuer)?.find((candidate) => candidate.id === id);
  function reasonFor(scope: string): FederationLossReason | undefined {
    if (client?.federatedIssuer !== issuer) return 'not_federated';
    if (holdsReservedRole(client, now)) return 'client_governs';
    if (rule?.entry.client !== client.clientId) return 'rule_removed';
    return isWithin(rule.entry, scope) ? undefined : 'beyond_rule';
  }
  const under = scopes.map((scope) => ({ scope, reason: reasonFor(scope) }));
  return {
    scopes: under.flatMap(({ scope, reason }) => (reason === undefined ? [scope] : [])),
    lost: [
      ...lost,
      ...under.flatMap(({ scope, reason }) => (reason === undefined ? [] : [{ scope, reason }])),
    ],
  };
}

const refuse = (code: FederationRefusalCode): FederationRefusal => ({
  code,
  description: FEDERATION_CHECKS[code],
});

const claimsNamed = ({ entry }: CompiledFederationRule): number => Object.keys(entry.match).length;

/**
 * The claims that a rule names and a token does not have with the value named; what a token
 * inherits is no claim.
 */
const unmetClaims = ({ match }: FederationRuleEntry, claims: ExternalClaims): string[] =>
  Object.entries(match).flatMap(([claim, pattern]) =>
    Object.hasOwn(claims, claim) && matchesPattern(pattern, claims[claim]) ? [] : [claim],
  );

function refuseUnmatched(
  rules: readonly CompiledFederationRule[],
  claims: ExternalClaims,
): FederationRefusal {
  const told = rules.map(({ index, entry }) => ({
    rule: index,
    unmet: unmetClaims(entry, claims),
  }));
  const [closest] = told.toSorted((a, b) => a.unmet.length - b.unmet.length);
  const refusal = refuse('federation.no_rule');
  return closest === undefined ? refusal : { ...refusal, rules: [closest] };
}

/**
 * The scopes a rule lists, and of those the ones that the token's own scopes translate to, where
 * the rule asks for that.
 */
function ceilingOf(rule: FederationRuleEntry, claims: ExternalClaims): ReadonlySet<string> {
  const claim = rule.translate?.claim;
  if (claim === undefined) return new Set(rule.scopes);
  const names = new Map(Object.entries(rule.translate?.names ?? {}));
  const held = Object.hasOwn(claims, claim) ? namesIn(claims[claim]) : [];
  const translated = new Set(held.flatMap((name) => names.get(name) ?? []));
  return new Set(rule.scopes.filter((scope) => translated.has(scope)));
}

/** Scope names as tokens hold them: parted by spaces in one text (RFC 8693 §4.2), or as a list. */
function namesIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split(' ');
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}

/** Whether a rule could give a scope to some token still. */
const isWithin = ({ scopes, translate }: FederationRuleEntry, scope: string): boolean =>
  scopes.includes(scope) &&
  (translate?.claim === undefined || Object.values(translate.names).includes(scope));
