import { isWild, matchesPattern, segmentsMeet, segmentsOf } from '../claim-pattern.ts';
import type { FederationEntry, FederationRuleEntry } from '../document.ts';
import type { DocumentPath, Finding } from '../finding.ts';
import type { Budget } from './delegation-closure.ts';
import type { DocumentIndex } from './document-index.ts';
import { rulesThatClash } from './federation-pairs.ts';
import { advice } from './lint-rules.ts';

/** How many segments of patterns the lint compares before it says that it stops. */
const STEPS_MAX = 20_000_000;

/** Claims that say who somebody is; a `*` there lets in whoever makes a name that fits. */
const IDENTITY_CLAIMS = new Set([
  'sub',
  'email',
  'client_id',
  'azp',
  'repository',
  'repository_id',
  'repository_owner',
  'repository_owner_id',
  'job_workflow_ref',
  'workflow_ref',
  'project_path',
  'project_id',
  'namespace_path',
  'namespace_id',
]);

/**
 * Audiences that tokens have by default, or for others: who asks for one of them need not have
 * meant us.
 */
const SHARED_AUDIENCES = [
  /^https:\/\/github\.com\//,
  /^https:\/\/gitlab\.com\/?$/,
  /^https:\/\/kubernetes\.default\.svc/,
  /^sts\.amazonaws\.com$/,
  /^api:\/\/AzureADTokenExchange$/,
  /^sigstore$/,
];

/** What there is to say about the issuers whose workloads are trusted, and about their rules. */
export function* lintFederation(index: DocumentIndex): Iterable<Finding> {
  const budget: Budget = { steps: STEPS_MAX };
  for (const [name, issuer] of Object.entries(index.document.federation ?? {})) {
    const path = ['federation', name];
    yield* lintAudience(issuer, path);
    for (const [at, rule] of issuer.rules.entries()) {
      const here = [...path, 'rules', at];
      yield* lintMatch(issuer, rule, here);
      yield* lintTranslation(rule, here);
    }
    yield* lintPairs(issuer, [...path, 'rules'], budget);
  }
  if (budget.steps > 0) return;
  const message = 'the federation rules are more than can be compared with each other';
  const hint = 'let fewer rules name as many claims, or give them an issuer of their own';
  yield advice('federation-unchecked', ['federation'], message, hint);
}

function* lintAudience(
  { issuer, audience }: FederationEntry,
  path: DocumentPath,
): Iterable<Finding> {
  if (audience !== issuer && !SHARED_AUDIENCES.some((shared) => shared.test(audience))) return;
  const message = `\`${audience}\` is what tokens of ${issuer} are for by default, or for somebody else`;
  const hint =
    'let the workloads ask for tokens with an audience of your own, the issuer of Ambit for example';
  yield advice('federation-audience-shared', [...path, 'audience'], message, hint);
}

function* lintMatch(
  issuer: FederationEntry,
  { match }: FederationRuleEntry,
  path: DocumentPath,
): Iterable<Finding> {
  const claims = Object.entries(match);
  for (const [claim, pattern] of claims) {
    const at = [...path, 'match', claim];
    const segments = segmentsOf(pattern);
    if (segments.some((segment) => segment.includes('*') && !isWild(segment))) {
      const message = `\`*\` stands for a whole segment alone, so \`${pattern}\` means just that`;
      yield advice('federation-star-literal', at, message, 'write `*` between `/` or `:`');
    }
    if (IDENTITY_CLAIMS.has(claim) && segments.some(isWild)) {
      const reached = `\`${pattern}\` reaches everything that has such a \`${claim}\``;
      const hint = 'name each workload in a rule of its own';
      yield advice('federation-pattern-wide', at, `${reached}${forksToo(issuer, claim)}`, hint);
    }
  }
  if (!claims.some(([claim, pattern]) => IDENTITY_CLAIMS.has(claim) && pattern !== '*')) {
    const message = 'the rule names no claim that says who the workload is';
    yield advice('federation-pattern-wide', [...path, 'match'], message, 'name its `sub`');
  } else if (!isPinned(issuer, match)) {
    const message = 'the rule holds for every branch, and for pull requests';
    const hint = 'name the `ref`, or a protected `environment`, as well';
    yield advice('federation-branch-open', [...path, 'match'], message, hint);
  }
}

const forksToo = (issuer: FederationEntry, claim: string): string =>
  isGitHub(issuer) && ['sub', 'repository'].includes(claim)
    ? ', pull requests and repositories yet to be made among them'
    : '';

const isGitHub = ({ issuer }: FederationEntry): boolean =>
  /^https:\/\/token\.actions\.githubusercontent\.com(?:\/|$)|\/_services\/token$/.test(issuer);

const isGitLab = ({ issuer }: FederationEntry, match: FederationRuleEntry['match']): boolean =>
  /^https:\/\/gitlab\./.test(issuer) || 'project_path' in match || 'project_id' in match;

/**
 * Whether a rule for a code forge says from which branch or environment; others have no such thing.
 */
function isPinned(issuer: FederationEntry, match: FederationRuleEntry['match']): boolean {
  const { ref, sub, environment } = match;
  if (environment !== undefined && environment !== '*') return true;
  if (isGitHub(issuer)) {
    const pull = ['refs', 'pull', '1', 'merge'].join('/');
    if (ref !== undefined) return !matchesPattern(ref, pull) && ref !== '*';
    return sub !== undefined && !segmentsMeet(segmentsOf(sub), segmentsOf('repo:*/*:pull_request'));
  }
  if (!isGitLab(issuer, match)) return true;
  return [ref, sub, match['ref_protected']].some((value) => value !== undefined && value !== '*');
}

/**
 * A rule translates to what it lists, and where a claim bounds it, it lists what it translates to.
 */
function* lintTranslation(
  { scopes, translate }: FederationRuleEntry,
  path: DocumentPath,
): Iterable<Finding> {
  if (translate === undefined) return;
  for (const [name, scope] of Object.entries(translate.names)) {
    if (scopes.includes(scope)) continue;
    const message = `\`${name}\` reads as \`${scope}\`, which the rule does not list`;
    const at = [...path, 'translate', 'names', name];
    yield advice('federation-translation', at, message, `add \`${scope}\` to \`scopes\``);
  }
  if (translate.claim === undefined) return;
  const reached = new Set(Object.values(translate.names));
  for (const [at, scope] of scopes.entries()) {
    if (reached.has(scope)) continue;
    const message = `nothing in \`${translate.claim}\` reads as \`${scope}\`, so that no token is good for it`;
    yield advice(
      'federation-translation',
      [...path, 'scopes', at],
      message,
      'translate a name to it',
    );
  }
}

/** Rules of which neither can win over the other: as many claims, and tokens that match both. */
function* lintPairs(
  { rules }: FederationEntry,
  path: DocumentPath,
  budget: Budget,
): Iterable<Finding> {
  for (const { rule, other, shadowed } of rulesThatClash(rules, budget)) {
    yield shadowed
      ? advice(
          'federation-shadowed',
          [...path, rule],
          `whatever matches this rule matches rules[${other}] with as many claims, and is refused`,
          'name another claim, or remove one of the rules',
        )
      : advice(
          'federation-tie',
          [...path, rule],
          `a token may match this rule and rules[${other}] with as many claims, and is then refused`,
          'name another claim in the rule that is to win',
        );
  }
}
