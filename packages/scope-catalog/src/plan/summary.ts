import type { CompiledCatalog } from '../compiled-catalog.ts';
import type { CatalogChange } from '../diff-catalogs.ts';
import { scopeState } from '../scope-state.ts';
import { federationLines } from './federation-lines.ts';
import type { CatalogPlan, PlannedCredential, PlannedDelegation } from './plan.ts';
import { quotaLines } from './quota-lines.ts';
import { count, groupedBy, limited, names } from './wording.ts';

interface Context {
  readonly before: CompiledCatalog;
  readonly after: CompiledCatalog;
  readonly now: number;
  readonly publisher: string | undefined;
}

type Planned = Omit<CatalogPlan, 'summary'>;

/**
 * Puts a plan into the lines that a reviewer reads: what it counts to, what is dangerous, who gains and who loses, and
 * what happens to assignments, credentials, defaults and tokens.
 *
 * Each section has at most ten lines and each line at most five names; both say how many more there are. A scope counts
 * as high-risk when either version says so, so that no version can play down what it hands out.
 */
export function summarize(plan: Planned, context: Context): string[] {
  const isHigh = (scope: string): boolean =>
    [context.before, context.after].some(({ scopes }) => scopes.get(scope)?.risk === 'high');
  return [
    countsOfClients(plan),
    countsOfChanges(plan.changes),
    ...publisherLines(plan, context.publisher),
    ...highRiskLines(plan, isHigh),
    ...limited(riskLowered(plan.changes), 'scopes with less risk'),
    ...gainLines(plan, isHigh),
    ...lossLines(plan),
    ...delegationLines(plan, isHigh),
    ...federationLines(plan.changes, isHigh),
    ...assignmentLines(plan),
    ...credentialLines(plan.suspended, 'is suspended'),
    ...credentialLines(plan.resumed, 'counts again'),
    ...defaultLines(plan),
    ...limited(tokenLines(plan.changes, context), 'changes to tokens'),
    ...limited(quotaLines(plan.changes), 'changes to quotas'),
    ...renamedLine(plan.changes),
  ];
}

const distinct = <T>(items: readonly T[], of: (item: T) => string): string[] => [
  ...new Set(items.map(of)),
];

function countsOfClients({ gains, losses }: Planned): string {
  if (gains.length === 0 && losses.length === 0) return 'no client gains or loses a scope';
  const part = (verb: string, entries: Planned['losses']): string => {
    const clients = distinct(entries, ({ client }) => client);
    const disabled = distinct(
      entries.filter((entry) => entry.disabled),
      ({ client }) => client,
    );
    const scopes = count(distinct(entries, ({ scope }) => scope).length, 'scope');
    const aside = disabled.length === 0 ? '' : ` (${disabled.length} of them disabled)`;
    const who = clients.length === 0 ? 'no client' : count(clients.length, 'client');
    return `${who}${aside} ${verb}${clients.length > 1 ? '' : 's'} ${clients.length === 0 ? 'any' : scopes}`;
  };
  return `${part('gain', gains)}, ${part('lose', losses)}`;
}

const COUNTED = {
  resource_server_added: ['resource server', 'added'],
  resource_server_removed: ['resource server', 'removed'],
  resource_server_changed: ['resource server', 'changed'],
  scope_added: ['scope', 'added'],
  scope_removed: ['scope', 'removed'],
  scope_moved: ['scope', 'moved to another audience'],
  scope_changed: ['scope', 'changed'],
  role_added: ['role', 'added'],
  role_removed: ['role', 'removed'],
  role_changed: ['role', 'described or built otherwise'],
  role_gains: ['role', 'granting more'],
  role_loses: ['role', 'granting less'],
  delegation_rule_added: ['delegation rule', 'added'],
  delegation_rule_removed: ['delegation rule', 'removed'],
  delegation_rule_changed: ['delegation rule', 'changed'],
  federation_added: ['trusted issuer', 'added'],
  federation_removed: ['trusted issuer', 'removed'],
  federation_changed: ['trusted issuer', 'changed'],
  federation_rule_added: ['federation rule', 'added'],
  federation_rule_removed: ['federation rule', 'removed'],
  federation_rule_changed: ['federation rule', 'changed'],
} as const;

function countsOfChanges(changes: readonly CatalogChange[]): string {
  const parts = Object.entries(COUNTED).flatMap(([kind, [noun, done]]) => {
    const subjects = new Set(changes.filter((change) => change.kind === kind).map(subjectOf));
    return subjects.size === 0 ? [] : [`${count(subjects.size, noun)} ${done}`];
  });
  if (parts.length > 0) return `in the catalog: ${parts.join(', ')}`;
  return changes.length === 0
    ? 'the catalog stays as it is'
    : 'in the catalog: nothing changes but its name';
}

function subjectOf(change: CatalogChange): string {
  if ('scope' in change && !('role' in change)) return change.scope;
  if ('role' in change) return change.role;
  if ('federation' in change) {
    return JSON.stringify([change.federation, 'rule' in change ? change.rule : null]);
  }
  if ('rule' in change) return JSON.stringify(change.rule);
  return 'resourceServer' in change ? change.resourceServer : change.kind;
}

const publisherLines = ({ publisherGains }: Planned, publisher: string | undefined): string[] =>
  publisher === undefined || publisherGains.length === 0
    ? []
    : [`the publisher \`${publisher}\` gains ${names(publisherGains)} itself`];

function highRiskLines({ gains, changes }: Planned, isHigh: (scope: string) => boolean): string[] {
  const gained = groupedBy(
    gains.filter(({ scope }) => isHigh(scope)),
    ({ scope }) => scope,
  );
  const lines = [...gained].map(([scope, entries]) => {
    const clients = names(distinct(entries, ({ client }) => client));
    return `high-risk \`${scope}\` is gained by ${clients}, with ${names(distinct(entries, ({ role }) => role))}`;
  });
  const unheld = changes.flatMap((change) =>
    change.kind === 'role_gains' && isHigh(change.scope) && !gained.has(change.scope)
      ? [change]
      : [],
  );
  const offered = [...groupedBy(unheld, ({ role }) => role)].map(
    ([role, entries]) =>
      `role \`${role}\` comes to grant high-risk ${names(entries.map(({ scope }) => scope))}, though no client gains it now`,
  );
  return [
    ...limited(lines, 'high-risk scopes gained'),
    ...limited(offered, 'roles with high-risk scopes'),
  ];
}

const riskLowered = (changes: readonly CatalogChange[]): string[] =>
  changes.flatMap((change) =>
    change.kind === 'scope_changed' && change.field === 'risk' && isLower(change.from, change.to)
      ? [`the risk of \`${change.scope}\` is put from ${change.from} to ${change.to}`]
      : [],
  );

const ORDER = ['low', 'medium', 'high'];

const isLower = (from: string | null, to: string | null): boolean =>
  ORDER.indexOf(to ?? '') < ORDER.indexOf(from ?? '');

function gainLines({ gains }: Planned, isHigh: (scope: string) => boolean): string[] {
  const others = gains.filter(({ scope }) => !isHigh(scope));
  const lines = [...groupedBy(others, ({ role }) => role)].map(([role, entries]) => {
    const scopes = names(distinct(entries, ({ scope }) => scope));
    return `role \`${role}\` brings ${scopes} to ${names(distinct(entries, ({ client }) => client))}`;
  });
  return limited(lines, 'roles that bring scopes');
}

function lossLines({ losses }: Planned): string[] {
  const lines = [...groupedBy(losses, ({ scope }) => scope)].map(
    ([scope, entries]) =>
      `\`${scope}\` is lost by ${names(distinct(entries, ({ client }) => client))}`,
  );
  return limited(lines, 'scopes lost');
}

function delegationLines({ delegation }: Planned, isHigh: (scope: string) => boolean): string[] {
  const line = (scope: string, what: string, entries: readonly PlannedDelegation[]): string =>
    `${isHigh(scope) ? 'high-risk ' : ''}\`${scope}\` ${what} ${names(distinct(entries, ({ client }) => client))}`;
  const lines = (entries: readonly PlannedDelegation[], what: string): string[] =>
    [...groupedBy(entries, ({ scope }) => scope)]
      .sort(([a], [b]) => Number(isHigh(b)) - Number(isHigh(a)))
      .map(([scope, reaching]) => line(scope, what, reaching));
  return [
    ...limited(
      lines(delegation.gains, 'comes, by delegation, within reach of'),
      'scopes within reach by delegation',
    ),
    ...limited(
      lines(delegation.losses, 'goes, by delegation, out of reach of'),
      'scopes out of reach by delegation',
    ),
  ];
}

function assignmentLines({ revived, dormant }: Planned): string[] {
  const lines = (entries: Planned['revived'], what: string): string[] =>
    [...groupedBy(entries, ({ role }) => role)].map(
      ([role, held]) => `role \`${role}\` ${what} ${names(held.map(({ client }) => client))}`,
    );
  return [
    ...limited(
      lines(revived, 'comes back, and with it the assignments of'),
      'roles that come back',
    ),
    ...limited(lines(dormant, 'goes, and lies dormant for'), 'roles that go'),
  ];
}

function credentialLines(credentials: readonly PlannedCredential[], verb: string): string[] {
  const grouped = groupedBy(
    credentials,
    ({ resourceServer, audience }) => `\`${resourceServer}\` (${audience})`,
  );
  const lines = [...grouped].map(([server, entries]) => {
    const clients = distinct(entries, ({ client }) => client);
    return `the credential of ${names(clients)} for ${server} ${verb}`;
  });
  return limited(lines, `resource servers whose credential ${verb}`);
}

function defaultLines({ brokenDefaults }: Planned): string[] {
  const lines = [...groupedBy(brokenDefaults, ({ client }) => client)].map(
    ([client, entries]) =>
      `\`${client}\` can no longer be granted its default ${names(entries.map(({ scope }) => scope))}`,
  );
  return limited(lines, 'clients with such defaults');
}

function tokenLines(changes: readonly CatalogChange[], { before, after, now }: Context): string[] {
  const removed = changes.flatMap((change) =>
    change.kind === 'scope_removed' ? [change.scope] : [],
  );
  const moved = changes.flatMap((change) => (change.kind === 'scope_moved' ? [change] : []));
  const retired = (catalog: CompiledCatalog, name: string): boolean => {
    const scope = catalog.scopes.get(name);
    return scope !== undefined && scopeState(scope, now) === 'retired';
  };
  const redated = changes.flatMap((change) =>
    change.kind === 'scope_changed' && change.field === 'deprecated' ? [change] : [],
  );
  const retiring = redated.filter(({ scope }) => !retired(before, scope) && retired(after, scope));
  const returning = redated.filter(({ scope }) => retired(before, scope) && !retired(after, scope));
  return [
    ...(removed.length === 0 ? [] : [`tokens issued so far lose ${names(removed)}`]),
    ...[...groupedBy(moved, ({ from, to }) => `${from} to ${to}`)].map(
      ([way, entries]) =>
        `from ${way}, dead in the tokens issued so far: ${names(entries.map(({ scope }) => scope))}`,
    ),
    ...(retiring.length === 0
      ? []
      : [`retired at once: ${names(retiring.map(({ scope }) => scope))}`]),
    ...(returning.length === 0
      ? []
      : [`retired no longer: ${names(returning.map(({ scope }) => scope))}`]),
    ...redated
      .filter((change) => !retiring.includes(change) && !returning.includes(change))
      .map(redatedLine),
    ...changes.flatMap(serverLine),
    ...changes.flatMap((change) =>
      change.kind === 'scope_changed' && change.field === 'lifetimeSeconds'
        ? [
            `tokens with \`${change.scope}\` live ${seconds(change.from)}, then ${seconds(change.to)}`,
          ]
        : [],
    ),
  ];
}

function redatedLine({ scope, to }: { scope: string; to: { sunset?: string } | null }): string {
  if (to === null) return `\`${scope}\` is deprecated no longer`;
  return `\`${scope}\` is deprecated${to.sunset === undefined ? ', without a sunset' : `, and retired from ${to.sunset}`}`;
}

const TOLD_FIELDS: Readonly<Record<string, string>> = {
  audience: 'the audience',
  lifetimeSeconds: 'the lifetime in seconds',
  signingAlg: 'the signature algorithm',
  senderConstrained: 'the sender constraint',
};

function serverLine(change: CatalogChange): string[] {
  if (change.kind !== 'resource_server_changed') return [];
  const what = TOLD_FIELDS[change.field];
  if (what === undefined) return [];
  return [`${what} of \`${change.resourceServer}\` goes from ${change.from} to ${change.to}`];
}

const seconds = (value: number | null): string =>
  value === null ? 'as long as their resource server says' : `at most ${value} s`;

const renamedLine = (changes: readonly CatalogChange[]): string[] =>
  changes.flatMap((change) =>
    change.kind === 'catalog_renamed'
      ? [`the catalog \`${change.from}\` is called \`${change.to}\``]
      : [],
  );
