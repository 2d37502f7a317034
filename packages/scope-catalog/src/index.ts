/**
 * The pure heart of Ambit: what a catalog of scopes is, and every decision that is made by one.
 *
 * `checkCatalog` reads a text and says all that is wrong with it, `compileCatalog` resolves it, `planCatalog` says
 * who would gain and lose what by it. `decideIssuance` grants scopes or refuses them, `decideLiveness` decides again
 * what an issued token still carries, and `decidePublish` and its kin see to it that nobody lifts themselves. Time
 * comes in as an argument; nothing here reads a clock, rolls dice or touches the world.
 */
export * from './built-in.ts';
export * from './canonical-form.ts';
export * from './check-catalog.ts';
export * from './compile-catalog.ts';
export * from './compiled-catalog.ts';
export * from './decisions/chain.ts';
export * from './decisions/delegation-terms.ts';
export { decideDelegation } from './decisions/delegation.ts';
export * from './decisions/entitlement.ts';
export type { NamedTarget } from './decisions/exchange-target.ts';
export * from './decisions/explain-delegation.ts';
export * from './decisions/explain-entitlement.ts';
export * from './decisions/federation-terms.ts';
export * from './decisions/federation.ts';
export * from './decisions/governance.ts';
export { REQUESTED_SCOPES_MAX } from './decisions/granting.ts';
export * from './decisions/issuance-terms.ts';
export * from './decisions/issuance.ts';
export * from './decisions/liveness.ts';
export * from './decisions/quota.ts';
export * from './delegation-graph.ts';
export * from './diff-catalogs.ts';
export type { DelegationChange, DelegationRuleField } from './diff-delegation.ts';
export type { FederationChange, FederationField, FederationRuleField } from './diff-federation.ts';
export * from './document.ts';
export * from './finding.ts';
export * from './import-openapi/import-openapi.ts';
export * from './lint/lint-catalog.ts';
export { LINT_RULES } from './lint/lint-rules.ts';
export type { LintRule, LintRuleId } from './lint/lint-rules.ts';
export * from './parse-catalog.ts';
export * from './plan/plan-catalog.ts';
export * from './plan/plan.ts';
export * from './present.ts';
export * from './principal.ts';
export * from './result.ts';
export * from './rules.ts';
export * from './schema.ts';
export * from './scope-name.ts';
export * from './scope-state.ts';
export * from './suggest-names.ts';
