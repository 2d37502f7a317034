import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { KoaContextWithOIDC } from 'oidc-provider';
import introspection from 'oidc-provider/lib/actions/introspection.js';
import revocation from 'oidc-provider/lib/actions/revocation.js';
import token from 'oidc-provider/lib/actions/token.js';

export {
  buildTokenResponse,
  checkDpopReplay,
  validateDpop,
} from 'oidc-provider/lib/helpers/grants.js';

/**
 * The one place that reaches into oidc-provider, and why.
 *
 * The library refuses JWT access tokens at its introspection and revocation endpoints, and offers no setting for it.
 * Its endpoints are exported as mutable lists of steps, so that one step can be taken out while client
 * authentication, policies, responses and errors stay the library's. Parameters are checked by a step of ours, put in
 * where the library has just collected them; others note that the client has just been authenticated, which the library
 * tells nobody, and count its request. At the token endpoint its own authentication is passed by where a workload has proved who it
 * is by a token from elsewhere (ADR-0010). What its own grants are made of serves ours too.
 */
const SUPPORTED_VERSION = '9.13.3';

type Step = (ctx: KoaContextWithOIDC, next: () => Promise<void>) => unknown;
type Steps = typeof introspection;

let adapted = false;

/** Steps of ours, and where they stand among the library's. */
export interface OwnSteps {
  /** Right after the parameters were collected, before the client is looked for. */
  readonly checkParameters: Step;
  /**
   * At the token endpoint, in place of the library's authentication where it resolves to true: then it has set the
   * client.
   */
  readonly identifyWorkload: (ctx: KoaContextWithOIDC) => Promise<boolean>;
  /** Right after the client has proved who it is. */
  readonly noteAuthenticated: Step;
  /** Right after that, before anything of what it asks for is looked at. */
  readonly limitClient: Step;
}

/**
 * Makes the endpoints accept JWT access tokens and check their parameters first. Does so once for the process, before
 * the first provider is made; throws when the installed library is not the one this was written for.
 */
export function adaptEndpoints(own: OwnSteps): void {
  const { checkParameters, identifyWorkload, noteAuthenticated, limitClient } = own;
  if (adapted) return;
  assertVersion();
  for (const steps of [introspection, revocation]) {
    steps.splice(indexOf(steps, 'rejectStructuredTokens'), 1);
  }
  for (const steps of [token, introspection, revocation]) {
    insertAfter(steps, 'assembleTokenParams', checkParameters);
    insertAfter(steps, 'authenticateClient', limitClient);
    insertAfter(steps, 'authenticateClient', noteAuthenticated);
  }
  insteadOf(token, 'authenticateClient', identifyWorkload);
  adapted = true;
}

function assertVersion(): void {
  const manifest = fileURLToPath(new URL('../package.json', import.meta.resolve('oidc-provider')));
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  if (version !== SUPPORTED_VERSION) {
    throw new Error(
      `unsupported oidc-provider version ${version}: written for ${SUPPORTED_VERSION}`,
    );
  }
}

function insertAfter(steps: Steps, name: string, step: Step): void {
  steps.splice(indexOf(steps, name) + 1, 0, step as Steps[number]);
}

/** Puts a step in the place of one of the library's, which then runs where ours resolves to false. */
function insteadOf(steps: Steps, name: string, own: OwnSteps['identifyWorkload']): void {
  const index = indexOf(steps, name);
  const theirs = steps[index] as Step;
  const step: Step = async (ctx, next) => ((await own(ctx)) ? next() : theirs(ctx, next));
  steps[index] = step as Steps[number];
}

function indexOf(steps: Steps, name: string): number {
  const index = steps.findIndex((step) => step.name === name);
  if (index === -1) throw new Error(`unsupported oidc-provider: it has no step \`${name}\``);
  return index;
}
