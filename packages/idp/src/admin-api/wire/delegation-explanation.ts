import { present } from '@ambit/scope-catalog';
import type { DelegationExplanation, DelegationReason } from '@ambit/scope-catalog';

/** An explanation of what an exchange would come to, in sentences a person would say. */
export const toWireDelegationExplanation = (explanation: DelegationExplanation): object => ({
  client: explanation.client,
  scope: explanation.scope,
  holding: explanation.holding,
  granted: explanation.granted,
  ...present({ by: explanation.by }),
  state: explanation.state,
  reasons: explanation.reasons.map((reason) => sentence(reason, explanation)),
  rules: explanation.rules.map(({ namesActor, maxDepth, ...rule }) => ({
    ...rule,
    names_actor: namesActor,
    max_depth: maxDepth,
  })),
});

const quote = (name: string): string => `\`${name}\``;
const quoted = (names: readonly string[]): string => names.map(quote).join(', ');
const nameOf = (rule: number): string => `the rule \`delegation[${rule}]\``;

/** Whom a rule names, as somebody else. */
function actorOf(rules: DelegationExplanation['rules'], index: number): string {
  const actor = rules.find(({ rule }) => rule === index)?.actor;
  if (actor === undefined) return 'somebody else';
  return 'role' in actor
    ? `whoever holds the role ${quote(actor.role)}`
    : `the client ${quote(actor.client)}`;
}

/** The token that a rule wants to see. */
function tokenOf(rules: DelegationExplanation['rules'], index: number): string {
  const holding = rules.find(({ rule }) => rule === index)?.holding ?? [];
  return holding.length === 0 ? 'any token' : `a token that carries ${quoted(holding)}`;
}

function sentence(
  reason: DelegationReason,
  { client, scope, rules }: DelegationExplanation,
): string {
  switch (reason.code) {
    case 'scope_unknown': {
      const near = reason.nearest.map(quote).join(' or ');
      return `the active catalog has no scope ${quote(scope)}${near && `; did you mean ${near}?`}`;
    }
    case 'scope_reserved':
      return `${quote(scope)} is of the admin API, which takes part in no exchange`;
    case 'scope_retired': {
      const { sunset, successor } = reason;
      const instead = successor === undefined ? '' : `; ${quote(successor)} takes its place`;
      return `${quote(scope)} is retired since ${sunset}${instead}`;
    }
    case 'client_disabled':
      return `${quote(client)} is disabled`;
    case 'holding_unknown': {
      const near = reason.nearest.map(quote).join(' or ');
      return `the active catalog has no scope ${quote(reason.scope)} to hold${near && `; did you mean ${near}?`}`;
    }
    case 'holding_dead':
      return `no live token carries ${quote(reason.scope)}`;
    case 'holding_mixed':
      return `no token carries scopes of several audiences: ${quoted(reason.audiences)}`;
    case 'not_addressed':
      return `such a token is sent to ${quote(reason.resourceServer)} (${reason.audience}), of which ${quote(client)} is no credential`;
    case 'actor_governs':
      return `no rule counts for ${quote(client)}, which holds an ambit role`;
    case 'carried':
      return reason.entitled
        ? `the token carries ${quote(scope)}, and a role of ${quote(client)} grants it`
        : `the token carries ${quote(scope)}, but no role of ${quote(client)} grants it`;
    case 'not_carried':
      return `the token does not carry ${quote(scope)}`;
    case 'rule_grants':
      return `${nameOf(reason.rule)} gives it to ${quote(client)} for ${tokenOf(rules, reason.rule)}`;
    case 'rule_lacks':
      return `${nameOf(reason.rule)} gives it to ${quote(client)} for a token that carries ${quoted(reason.missing)} too`;
    case 'rule_names_another':
      return `${nameOf(reason.rule)} gives it to ${actorOf(rules, reason.rule)}`;
    case 'no_rule_lists':
      return 'no delegation rule lists it';
  }
}
