import type {
  CompiledCatalog,
  CompiledResourceServer,
  CompiledScope,
} from '../compiled-catalog.ts';
import { present } from '../present.ts';
import type { Principal } from '../principal.ts';
import { scopeState } from '../scope-state.ts';
import { suggestNames } from '../suggest-names.ts';
import { eachEntitledScope, isEntitled } from './entitlement.ts';
import type { IssuanceRefusal, RefusalReason, ScopeRefusal } from './issuance-terms.ts';
import { describeRefusal, inErrorCharset, quoteName, quoteNames } from './refusal-text.ts';

/** A refusal tells of at most this many scopes. */
export const SCOPE_ERRORS_MAX = 20;

/** Nearest names are looked for this often in a refusal: it costs a walk over all that the client is entitled to. */
const SEARCHES_MAX = 5;

/** So many names stand in for everything a client could ask for. */
const LISTED_MAX = 10;

/** So many refused scopes are put into the sentence. */
const DESCRIBED_MAX = 3;

/** A scope that is not granted, with what the catalog knows of it. */
export interface Refused {
  readonly name: string;
  readonly reason: RefusalReason;
  readonly scope: CompiledScope | undefined;
}

/** By what a request was decided. */
export interface RefusalContext {
  readonly catalog: CompiledCatalog;
  readonly principal: Principal;
  readonly now: number;
  /** The request's resource server, where it has one. */
  readonly server: CompiledResourceServer | undefined;
  /** The most that may be granted, where something bounds it. */
  readonly ceiling: ReadonlySet<string> | undefined;
}

/** The refusal of resource indicators that are repeated or that no resource server answers to. */
export function refuseTarget(resources: readonly string[]): IssuanceRefusal {
  const [resource = ''] = resources;
  const description =
    resources.length > 1
      ? `the request names ${String(resources.length)} resources; name one`
      : `no resource server has the audience ${quoteName(resource)}`;
  return { error: 'invalid_target', description, scopeErrors: [] };
}

/** The refusal of a request that names no scopes and has no defaults: tells what could be asked for. */
export function refuseWithoutScopes(context: RefusalContext): IssuanceRefusal {
  const at = atServer(context);
  return {
    error: 'invalid_scope',
    description: `the request names no scope and this client has no default scopes${at}; ${couldAsk(context)}`,
    scopeErrors: [],
  };
}

/** The refusal of scopes: each with its reason and a hint, and the same in a sentence. */
export function refuseScopes(
  refused: readonly Refused[],
  context: RefusalContext,
): IssuanceRefusal {
  const told = refused.toSorted((a, b) => rank(a) - rank(b));
  const asked = context.server?.audience;
  const sentences = told.slice(0, DESCRIBED_MAX).map(({ name, reason, scope }) =>
    describeRefusal(name, reason, {
      ...present({ own: scope?.audience, asked, successor: scope?.deprecated?.successor }),
    }),
  );
  const more = told.length - sentences.length;
  return {
    error: 'invalid_scope',
    description: [...sentences, ...(more > 0 ? [`and ${String(more)} more`] : [])].join('; '),
    scopeErrors: withHints(told.slice(0, SCOPE_ERRORS_MAX), context),
  };
}

/** Two audiences in one request are its foremost fault, so they come first; all else stays in the order asked. */
const rank = ({ reason }: Refused): number => (reason === 'other_audience' ? 0 : 1);

function withHints(refused: readonly Refused[], context: RefusalContext): ScopeRefusal[] {
  let searches = 0;
  const near = (name: string): string[] =>
    (searches += 1) > SEARCHES_MAX ? [] : suggestNames(name, eachGrantable(context));
  return refused.map((one) => ({
    scope: one.name,
    reason: one.reason,
    hint: hintFor(one, context, near),
  }));
}

function hintFor(
  { name, reason, scope }: Refused,
  context: RefusalContext,
  near: (name: string) => string[],
): string {
  switch (reason) {
    case 'other_audience':
      return 'ask for the scopes of one audience at a time';
    case 'retired': {
      const successor = scope?.deprecated?.successor;
      if (successor === undefined) return couldAsk(context);
      return isGrantable(successor, context)
        ? `ask for ${quoteName(successor)} instead`
        : `${quoteName(successor)} takes its place, but is not granted to this client`;
    }
    case 'unknown': {
      const names = near(name);
      return names.length === 0
        ? couldAsk(context)
        : `did you mean ${names.map(quoteName).join(' or ')}?`;
    }
    case 'beyond_rule': {
      const names = near(name);
      return names.length === 0 ? couldAsk(context) : mayAskFor(names);
    }
    case 'not_entitled': {
      const names = near(name);
      const could = names.length === 0 ? couldAsk(context) : mayAskFor(names);
      const client = inErrorCharset(context.principal.clientId);
      return `${could}; an administrator can tell why: ambit access explain ${client} ${name}`;
    }
  }
}

/** What could be asked for, as a sentence: the first few where it is much. */
function couldAsk(context: RefusalContext): string {
  const names = askable(context);
  if (names.length === 0) return `this client may ask for no scope${atServer(context)}`;
  return `${mayAskFor(names.slice(0, LISTED_MAX))}${names.length > LISTED_MAX ? ' and others' : ''}`;
}

const mayAskFor = (names: readonly string[]): string =>
  `this client may ask for ${quoteNames(names)}`;

const atServer = ({ server }: RefusalContext): string =>
  server === undefined ? '' : ` at ${inErrorCharset(server.audience)}`;

/** Names of scopes that the client would be granted, sorted among the first few found; one more than are listed. */
function askable(context: RefusalContext): string[] {
  const names = new Set<string>();
  for (const name of eachGrantable(context)) {
    names.add(name);
    if (names.size > LISTED_MAX) break;
  }
  return [...names].sort();
}

/** What the client would be granted, at the request's server where it has one; each name once. */
function* eachGrantable(context: RefusalContext): Generator<string, void> {
  const { catalog, principal, now, server, ceiling } = context;
  const seen = principal.assignments.length > 1 ? new Set<string>() : undefined;
  for (const name of eachEntitledScope(catalog, principal, now)) {
    const scope = catalog.scopes.get(name);
    if (scope === undefined || scopeState(scope, now) === 'retired') continue;
    if (server !== undefined && scope.resourceServer !== server.name) continue;
    if (seen?.has(name) === true || ceiling?.has(name) === false) continue;
    seen?.add(name);
    yield name;
  }
}

function isGrantable(name: string, { catalog, principal, now, ceiling }: RefusalContext): boolean {
  const scope = catalog.scopes.get(name);
  return (
    scope !== undefined &&
    scopeState(scope, now) !== 'retired' &&
    ceiling?.has(name) !== false &&
    isEntitled(catalog, principal, name, now)
  );
}
