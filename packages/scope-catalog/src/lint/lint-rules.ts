import type { DocumentPath, Finding, Severity } from '../finding.ts';
import { present } from '../present.ts';

/** A rule of the lint, as its users read of it. */
export interface LintRule {
  readonly severity: Severity;
  /** What a good catalog keeps to. */
  readonly description: string;
  /** A breach and how it is mended. */
  readonly example: string;
}

/**
 * The rules that a catalog may break and yet be one, by stable id. What keeps a document from being a catalog at all
 * is in {@link CATALOG_RULES}; no breach is told by both.
 */
export const LINT_RULES = {
  'name-untidy': {
    severity: 'warning',
    description: 'names neither end in `.`, `_` or `-` nor double them',
    example: '`order--items` becomes `order-items`',
  },
  'resource-near-duplicate': {
    severity: 'info',
    description: 'no two resources differ only in a plural or in separators',
    example: '`order:read` joins `orders:read`',
  },
  'description-missing': {
    severity: 'warning',
    description: 'every resource server, resource, action and role says what it is for',
    example: '`read: {}` becomes `read: { description: See orders }`',
  },
  'description-repeated': {
    severity: 'info',
    description: 'three actions or more do not share one description',
    example: '`Access` three times becomes `See orders`, `Change orders`, `Cancel orders`',
  },
  'resource-empty': {
    severity: 'warning',
    description: 'every resource server has resources, and every resource actions',
    example: 'remove `orders: { actions: {} }`',
  },
  'owner-missing': {
    severity: 'warning',
    description: 'every resource server names its owner',
    example: 'add `owner: team-commerce`',
  },
  'audience-query': {
    severity: 'warning',
    description: 'an audience has no query component (RFC 8707 §2)',
    example: '`https://api.example.com?v=1` becomes `https://api.example.com/v1`',
  },
  'audience-near-duplicate': {
    severity: 'warning',
    description: 'no two audiences differ only in letter case or a trailing slash',
    example:
      '`https://api.example.com/` beside `https://api.example.com` becomes one resource server',
  },
  'lifetime-without-effect': {
    severity: 'warning',
    description: 'the lifetime of a scope is shorter than that of its resource server',
    example:
      '`lifetimeSeconds: 600` on an action of a server with 300 goes, or the server gets 600',
  },
  'high-risk-exposed': {
    severity: 'info',
    description:
      'a high-risk scope lives for 300 s at most, or its tokens are bound to their sender',
    example: 'add `lifetimeSeconds: 120` to the action, or `senderConstrained: dpop` to the server',
  },
  'quota-window-short': {
    severity: 'warning',
    description:
      'the window of a quota is as long as the tokens it counts live, or they outlast their count',
    example: '`windowSeconds: 60` for tokens that live 300 s becomes `windowSeconds: 300`',
  },
  'quota-subject-alone': {
    severity: 'info',
    description: 'a scope that is counted per subject comes within reach by delegation',
    example: '`per: subject` becomes `per: client` where no delegation rule lists the scope',
  },
  'roles-missing': {
    severity: 'warning',
    description: 'a catalog with scopes has roles, since only roles grant them',
    example: 'add `roles: { viewer: { scopes: [orders:read] } }`',
  },
  'scope-unused': {
    severity: 'warning',
    description: 'every scope is granted by a role or a delegation rule',
    example: 'add `orders:export` to a role, or remove the action',
  },
  'role-empty': {
    severity: 'warning',
    description:
      'every role grants at least one scope, itself or by inheritance, or is named by a delegation rule',
    example: 'add a scope to the role, or remove it',
  },
  'role-unreachable': {
    severity: 'warning',
    description: 'every role grants at least one scope that is not retired',
    example: 'give the role the successors of its scopes, or remove it',
  },
  'role-adds-nothing': {
    severity: 'warning',
    description: 'a role grants more than each role that it inherits',
    example: '`lead: { inherits: [editor] }` goes, and its clients are assigned `editor`',
  },
  'inherits-redundant': {
    severity: 'warning',
    description: 'a role does not inherit what another inherited role brings',
    example: '`inherits: [viewer, editor]` becomes `[editor]` when `editor` inherits `viewer`',
  },
  'scope-redundant': {
    severity: 'warning',
    description: 'a role lists no scope that it inherits or that its own wildcard covers',
    example: '`scopes: [orders:*, orders:read]` becomes `[orders:*]`',
  },
  'wildcard-high-risk': {
    severity: 'warning',
    description: 'high-risk scopes are granted by name, never by a wildcard',
    example: '`orders:*` becomes `orders:read, orders:refund`',
  },
  'roles-unchecked': {
    severity: 'info',
    description: 'roles inherit no more than can be looked through',
    example: 'a chain of thousands of roles becomes a few',
  },
  'deprecated-without-sunset': {
    severity: 'warning',
    description: 'a deprecated scope has a date from which it is retired',
    example: 'add `sunset: 2027-12-31`',
  },
  'deprecated-without-successor': {
    severity: 'warning',
    description: 'a deprecated scope says what to ask for instead',
    example: 'add `successor: payments:refund`',
  },
  'successor-deprecated': {
    severity: 'warning',
    description: 'the successor of a scope is not deprecated itself',
    example: 'name the successor of the successor',
  },
  'successor-elsewhere': {
    severity: 'info',
    description: 'the successor of a scope is of the same audience',
    example: 'tell the clients that they will need a token for the other audience',
  },
  'successor-not-granted': {
    severity: 'warning',
    description: 'a role that grants a deprecated scope grants its successor too',
    example: 'add `payments:refund` beside `orders:refund`',
  },
  'sunset-near': {
    severity: 'warning',
    description: 'no scope is retired within the next 30 days',
    example: 'see who still uses it, or postpone `sunset`',
  },
  'sunset-passed': {
    severity: 'warning',
    description: 'a retired scope is removed from the catalog',
    example: 'remove the action, and the scope from roles',
  },
  'role-grants-retired': {
    severity: 'warning',
    description: 'no role names a retired scope',
    example: 'remove the scope from the role',
  },
  'delegation-holding-empty': {
    severity: 'warning',
    description: 'every delegation rule says what the subject token must carry',
    example: '`holding: []` becomes `holding: [orders:write]`',
  },
  'delegation-unusable': {
    severity: 'warning',
    description: 'some token can satisfy every delegation rule, and comes to something by it',
    example: '`holding: [orders:read, payments:read]` of two audiences becomes one of them',
  },
  'delegation-shadowed': {
    severity: 'warning',
    description: 'no delegation rule gives only what another gives the same actor for as little',
    example: 'of two rules that differ in a further scope to be held, the one that asks more goes',
  },
  'delegation-raises-risk': {
    severity: 'warning',
    description: 'no token that began with low-risk scopes alone comes to a high-risk one',
    example: '`holding: [orders:read]` becomes `holding: [orders:write]` before `payments:charge`',
  },
  'delegation-circle': {
    severity: 'warning',
    description: 'no chain comes back to a resource server with more scopes than it left it with',
    example: '`holding: [payments:charge], may: [orders:cancel]` goes, and a role grants it',
  },
  'delegation-unchecked': {
    severity: 'info',
    description: 'delegation rules build on each other no more than can be looked through',
    example: 'thousands of rules that lead to one another become a few',
  },
  'federation-audience-shared': {
    severity: 'warning',
    description:
      'external tokens are made for an audience of our own, not for a default or for others',
    example: '`audience: https://github.com/acme` becomes `audience: https://id.acme.example`',
  },
  'federation-pattern-wide': {
    severity: 'warning',
    description: 'a federation rule says exactly who the workload is, without `*`',
    example: '`repository: acme/*` becomes `repository: acme/shop`',
  },
  'federation-branch-open': {
    severity: 'warning',
    description: 'a federation rule for a code forge names a branch or a protected environment',
    example: 'add `ref: refs/heads/main` to `repository: acme/shop`',
  },
  'federation-star-literal': {
    severity: 'warning',
    description: '`*` stands for a whole segment between `/` or `:`, never for a part of one',
    example: '`refs/heads/release-*` becomes `refs/heads/release/*`',
  },
  'federation-shadowed': {
    severity: 'warning',
    description: 'every federation rule can be the one that names most claims',
    example: 'one of two rules with the same `match` goes',
  },
  'federation-tie': {
    severity: 'warning',
    description: 'no token matches two federation rules with as many claims, which refuses it',
    example: '`{ref: …}` beside `{repository: …}` becomes `{repository: …, ref: …}`',
  },
  'federation-unchecked': {
    severity: 'info',
    description: 'federation rules are no more than can be compared with each other',
    example: 'thousands of rules with endless patterns become a few',
  },
  'federation-translation': {
    severity: 'warning',
    description: 'a federation rule translates to scopes that it lists, and to all of them',
    example: 'add to `scopes` what `translate` leads to',
  },
} as const satisfies Readonly<Record<string, LintRule>>;

/** Stable id of a lint rule. */
export type LintRuleId = keyof typeof LINT_RULES;

/** One breach of a lint rule. */
export const advice = (
  rule: LintRuleId,
  path: DocumentPath,
  message: string,
  hint?: string,
): Finding => ({
  rule,
  severity: LINT_RULES[rule].severity,
  message,
  path,
  ...present({ hint }),
});
