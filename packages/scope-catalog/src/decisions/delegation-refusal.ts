import type {
  CompiledCatalog,
  CompiledResourceServer,
  CompiledScope,
} from '../compiled-catalog.ts';
import { present } from '../present.ts';
import { scopeState } from '../scope-state.ts';
import { suggestNames } from '../suggest-names.ts';
import { shortfallOf, sourceOf } from './delegation-step.ts';
import type { DelegationStep } from './delegation-step.ts';
import { DELEGATION_CHECKS } from './delegation-terms.ts';
import type {
  ClosestRule,
  DelegationRefusal,
  DelegationRefusalCode,
  DelegationScopeReason,
  DelegationScopeRefusal,
  DelegationShortfall,
  RuleBar,
} from './delegation-terms.ts';
import { isHeld } from './entitlement.ts';
import { SCOPE_ERRORS_MAX } from './issuance-refusal.ts';
import { describeRefusal, inErrorCharset, quoteName, quoteNames } from './refusal-text.ts';

/** So many names stand in for everything that could be asked for. */
const LISTED_MAX = 10;

/**
 * Nearest names are looked for this often in a refusal: it costs a walk over all that could be
 * granted.
 */
const SEARCHES_MAX = 5;

/** So many refused scopes are put into the sentence. */
const DESCRIBED_MAX = 3;

/** A scope that an exchange does not grant, with what the catalog knows of it. */
export interface RefusedScope {
  readonly name: string;
  readonly scope: CompiledScope | undefined;
  /** Undefined where it could be granted, and neither step does. */
  readonly unfit: Unfitness | undefined;
}

/** What keeps a scope from being granted by any exchange at one resource server. */
export type Unfitness = Extract<
  DelegationScopeReason,
  'unknown' | 'reserved' | 'other_audience' | 'retired'
>;

/** A refused scope with what there is to tell of it. */
type ToldScope = RefusedScope & { readonly why: Unfitness | DelegationShortfall };

/** By what an exchange was decided. */
export interface DelegationContext {
  readonly catalog: CompiledCatalog;
  readonly step: DelegationStep;
  readonly now: number;
  /** The request's resource server, where it has one. */
  readonly server: CompiledResourceServer | undefined;
}

/** The refusal at one check, with what there is to say of it. */
export const refuse = (
  code: DelegationRefusalCode,
  description: string,
  scopeErrors: readonly DelegationScopeRefusal[] = [],
): DelegationRefusal =>
  ({ code, error: DELEGATION_CHECKS[code], description, scopeErrors }) as DelegationRefusal;

/**
 * The refusal of an exchange that names no scopes and can carry none on: tells what could be asked
 * for.
 */
export function refuseWithoutScopes(context: DelegationContext): DelegationRefusal {
  const none = `the subject token has none that this client could carry on${atServer(context)}`;
  return refuse(
    'delegation.scopes_missing',
    `the request names no scope, and ${none}; ${couldAsk(grantableScopes(context), context)}`,
  );
}

/** The refusal of scopes: each with how both steps fell short of it, and the same in a sentence. */
export function refuseScopes(
  refused: readonly RefusedScope[],
  context: DelegationContext,
): DelegationRefusal {
  const foremost = ({ unfit }: RefusedScope): number => (unfit === 'other_audience' ? 0 : 1);
  const inOrder = refused.toSorted((a, b) => foremost(a) - foremost(b));
  const { catalog, step, now } = context;
  const told = inOrder.slice(0, SCOPE_ERRORS_MAX).map((one): ToldScope => {
    return { ...one, why: one.unfit ?? shortfallOf(catalog, step, one.name, now) };
  });
  const sentences = told.slice(0, DESCRIBED_MAX).map((one) => describe(one, context));
  const more = inOrder.length - sentences.length;
  const grantable = once(() => grantableScopes(context));
  let searches = 0;
  const near = (name: string): readonly string[] =>
    (searches += 1) > SEARCHES_MAX ? [] : suggestNames(name, grantable());
  const scopeErrors = told.map((one): DelegationScopeRefusal => {
    const hint = hintFor(one, context, { near, grantable });
    const error = { scope: one.name, reason: reasonOf(one.why), hint };
    return typeof one.why === 'string' ? error : { ...error, shortfall: one.why };
  });
  const description = [...sentences, ...(more > 0 ? [`and ${String(more)} more`] : [])].join('; ');
  return refuse('delegation.scopes_refused', description, scopeErrors);
}

/** A shortfall in a word. */
function reasonOf(why: ToldScope['why']): DelegationScopeReason {
  if (typeof why === 'string') return why;
  const { carried, closest, bar } = why;
  if (closest === undefined) return carried ? 'not_entitled' : 'not_delegated';
  if (bar !== undefined) return 'barred';
  return closest.missing.length > 0 ? 'not_held' : 'too_deep';
}

function describe({ name, scope, why }: ToldScope, { server, step }: DelegationContext): string {
  if (why === 'reserved') {
    return `scope ${quoteName(name)} is of the admin API, which takes part in no exchange`;
  }
  if (typeof why === 'string') {
    return describeRefusal(
      name,
      why,
      present({
        own: scope?.audience,
        asked: server?.audience,
        successor: scope?.deprecated?.successor,
      }),
    );
  }
  const { carried, closest, bar } = why;
  if (closest === undefined) {
    return carried
      ? `scope ${quoteName(name)} is carried by the subject token, but not granted to this client`
      : `scope ${quoteName(name)} is not carried by the subject token, and no delegation rule lists it for this client`;
  }
  const listed = `scope ${quoteName(name)} is listed by the rule ${ruleName(closest)}`;
  return bar === undefined
    ? `${listed}, ${lackOf(closest, step.depth)}`
    : `${listed}, but no rule counts here: ${BARS[bar]}`;
}

/** How a rule is called in a sentence: by its place in the document. */
const ruleName = ({ rule }: ClosestRule): string => `delegation[${String(rule)}]`;

const lackOf = ({ missing, maxDepth }: ClosestRule, depth: number): string =>
  [
    ...(missing.length === 0
      ? []
      : [`which wants the subject token to carry ${quoteNames(missing.slice(0, LISTED_MAX))}`]),
    ...(maxDepth === undefined
      ? []
      : [`which holds to a depth of ${String(maxDepth)}, and this would be ${String(depth)}`]),
  ].join(', and ');

const BARS: Readonly<Record<RuleBar, string>> = {
  not_addressed: 'the subject token is for no resource server that this client is a credential of',
  actor_is_subject: 'the subject token is one of this client itself',
  actor_in_chain: 'this client has acted in the chain of the subject token already',
  actor_governs: 'this client holds an ambit role',
};

/** Names that a hint may offer: those near to one, and all of them. */
interface Offers {
  readonly near: (name: string) => readonly string[];
  readonly grantable: () => ReadonlySet<string>;
}

function hintFor(
  { name, scope, why }: ToldScope,
  context: DelegationContext,
  { near, grantable }: Offers,
): string {
  switch (why) {
    case 'other_audience':
      return 'ask for the scopes of one audience at a time';
    case 'retired': {
      const successor = scope?.deprecated?.successor;
      return successor !== undefined && isGrantable(successor, context)
        ? `ask for ${quoteName(successor)} instead`
        : couldAsk(grantable(), context);
    }
    case 'unknown': {
      const names = near(name);
      return names.length === 0
        ? couldAsk(grantable(), context)
        : `did you mean ${names.map(quoteName).join(' or ')}?`;
    }
    case 'reserved':
      return 'ask the admin API with a token that is of no exchange';
    default: {
      const actor = inErrorCharset(context.step.actor.clientId);
      return `an administrator can tell why: ambit access explain ${actor} ${name} --holding SCOPE`;
    }
  }
}

/** What could be asked for, as a sentence: the first few where it is much. */
function couldAsk(grantable: ReadonlySet<string>, context: DelegationContext): string {
  const names = [...grantable].sort();
  if (names.length === 0) {
    return `on behalf of it this client may ask for no scope${atServer(context)}`;
  }
  const others = names.length > LISTED_MAX ? ' and others' : '';
  return `on behalf of it this client may ask for ${quoteNames(names.slice(0, LISTED_MAX))}${others}`;
}

const atServer = ({ server }: DelegationContext): string =>
  server === undefined ? '' : ` at ${inErrorCharset(server.audience)}`;

/** Names of scopes that the exchange would be granted, at the request's server where it has one. */
function grantableScopes(context: DelegationContext): ReadonlySet<string> {
  const { catalog, step, now } = context;
  const { byRole, byClient } = catalog.delegationRules;
  const names = new Set<string>();
  function consider(candidates: Iterable<string>): void {
    for (const name of candidates) if (isGrantable(name, context)) names.add(name);
  }
  consider(step.carried);
  if (step.bar !== undefined) return names;
  for (const held of step.actor.assignments) {
    if (isHeld(held, now)) consider(byRole.get(held.role)?.keys() ?? []);
  }
  consider(byClient.get(step.actor.clientId)?.keys() ?? []);
  return names;
}

function isGrantable(name: string, { catalog, step, now, server }: DelegationContext): boolean {
  const scope = catalog.scopes.get(name);
  if (scope === undefined || scopeState(scope, now) === 'retired') return false;
  if (server !== undefined && scope.resourceServer !== server.name) return false;
  return sourceOf(catalog, step, name, now) !== undefined;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
