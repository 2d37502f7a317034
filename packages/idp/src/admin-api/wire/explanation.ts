import type { EntitlementExplanation, EntitlementReason } from '@ambit/scope-catalog';
import { toTime } from './time.ts';

/** An explanation of access, in sentences a person would say. */
export const toWireExplanation = (explanation: EntitlementExplanation): object => ({
  client: explanation.client,
  scope: explanation.scope,
  entitled: explanation.entitled,
  state: explanation.state,
  reasons: explanation.reasons.map((reason) => sentence(reason, explanation)),
  roles: [...new Set(explanation.paths.map(({ role }) => role))],
  paths: explanation.paths.map(({ through }) => through),
  would_help: explanation.wouldHelp,
  on_behalf: explanation.onBehalf.map(({ maxDepth, ...rule }) => ({
    ...rule,
    max_depth: maxDepth,
  })),
});

function sentence(reason: EntitlementReason, { client, scope }: EntitlementExplanation): string {
  switch (reason.code) {
    case 'role_grants': {
      const inherited = reason.through.slice(1).map((role) => `\`${role}\``);
      const by = inherited.length === 0 ? '' : `, by way of ${inherited.join(' and ')}`;
      return `\`${client}\` holds \`${reason.role}\`, which grants \`${scope}\`${by}`;
    }
    case 'scope_unknown': {
      const near = reason.nearest.map((name) => `\`${name}\``).join(' or ');
      return `the active catalog has no scope \`${scope}\`${near && `; did you mean ${near}?`}`;
    }
    case 'scope_retired': {
      const instead =
        reason.successor === undefined ? '' : `; \`${reason.successor}\` takes its place`;
      return `\`${scope}\` is retired since ${reason.sunset}${instead}`;
    }
    case 'client_disabled':
      return `\`${client}\` is disabled`;
    case 'assignment_expired':
      return `\`${client}\` held \`${reason.role}\`, which grants it, until ${toTime(reason.until)}`;
    case 'role_dormant':
      return `\`${client}\` holds \`${reason.role}\`, which the active catalog does not have`;
    case 'no_role_grants':
      return `no role that \`${client}\` holds grants \`${scope}\``;
  }
}
