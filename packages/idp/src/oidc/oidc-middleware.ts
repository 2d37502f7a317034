import { present } from '@ambit/scope-catalog';
import type { Context, Middleware, Next } from 'koa';
import compose from 'koa-compose';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { KeyRing } from '../keys/key-ring.ts';
import type { Log } from '../log/log.ts';
import { redact } from '../log/redact.ts';
import type { AskedRequest } from '../oauth/asked-request.ts';
import { countedBefore } from '../oauth/counted-before.ts';
import { ENDPOINTS } from '../oauth/endpoints.ts';
import type { Recorder } from '../oauth/recorder.ts';
import { openRequestState } from '../oauth/request-state.ts';
import type { RequestState } from '../oauth/request-state.ts';
import { unavailable } from '../oauth/unavailable.ts';
import type { Snapshots } from '../snapshot/snapshot.ts';
import { isStoreUnavailable } from '../storage.ts';
import { requestOrigin } from '../web/request-origin.ts';
import { createProvider } from './create-provider.ts';
import type { ProviderDependencies } from './create-provider.ts';
import { discoveryDocument } from './discovery.ts';
import { IssuerUnavailable } from './identify-workload.ts';
import { answerLimits } from './limits.ts';
import { publicJwks } from './signing-keys.ts';

/** What the OAuth endpoints need. */
export interface OidcDependencies extends ProviderDependencies {
  readonly snapshots: Snapshots;
  readonly clock: () => number;
  readonly log: Log;
  readonly jwksMaxAgeSeconds: number;
  readonly recorder: Recorder;
}

const DISCOVERY = new Set([
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
]);
const POSTED: ReadonlySet<string> = new Set([
  ENDPOINTS.token,
  ENDPOINTS.introspection,
  ENDPOINTS.revocation,
]);

/**
 * Headers of what Ambit does not offer, which the library heeds all the same: before it has authenticated anybody it would
 * say of a browser's origin, or of an attestation, that the client by that name does not allow it, and so that there is one.
 */
const UNHEARD = ['origin', 'oauth-client-attestation', 'oauth-client-attestation-pop'] as const;

/** The OAuth endpoints, discovery and the JWKS; every other path is left to the next middleware. */
export function createOidc(dependencies: OidcDependencies): Middleware {
  const { snapshots, clock, jwksMaxAgeSeconds } = dependencies;
  const dispatch = providerSwitch(dependencies);
  const settle = settler(dependencies);

  return async (ctx, next) => {
    const posted = POSTED.has(ctx.path);
    if (!posted && ctx.path !== ENDPOINTS.jwks && !DISCOVERY.has(ctx.path)) return next();
    if (!allowMethod(ctx, posted ? ['POST'] : ['GET', 'HEAD'])) return;

    const snapshot = await snapshots.current();
    if (ctx.path === ENDPOINTS.jwks) {
      ctx.set('Cache-Control', `public, max-age=${jwksMaxAgeSeconds}, must-revalidate`);
      ctx.body = publicJwks(snapshot.keys);
      ctx.type = 'application/jwk-set+json';
      return;
    }
    const state: RequestState = {
      snapshot,
      request: requestOrigin(ctx),
      now: clock(),
      ...present({ counted: countedBefore(ctx.req) }),
    };
    openRequestState(ctx, state);
    for (const name of UNHEARD) Reflect.deleteProperty(ctx.req.headers, name);
    // Whoever hangs up leaves a body that cannot be read; to the library it would be one that somebody has read already.
    if (posted) Object.defineProperty(ctx.req, 'readable', { value: true });
    await dispatch(ctx, next, snapshot.keys);
    forbidForeignOrigins(ctx);
    if (posted) await settle(ctx as unknown as Context & KoaContextWithOIDC, state);
    else ctx.body = discoveryDocument(ctx.body as Record<string, unknown>, snapshot);
  };
}

/** The library lets every origin read its answers; Ambit none, since no client can list any yet. */
function forbidForeignOrigins(ctx: Context): void {
  ctx.remove('Access-Control-Allow-Origin');
  ctx.remove('Access-Control-Expose-Headers');
}

function allowMethod(ctx: Context, methods: readonly string[]): boolean {
  if (methods.includes(ctx.method)) return true;
  ctx.status = 405;
  ctx.set('Allow', methods.join(', '));
  ctx.body = { error: 'invalid_request', error_description: `use ${methods[0] ?? ''}` };
  return false;
}

/**
 * Sends requests to the provider of the snapshot's keys; a rotation makes a new one, requests in flight keep theirs.
 */
function providerSwitch(dependencies: ProviderDependencies) {
  let built: { keys: KeyRing; handle: Middleware } | undefined;
  return (ctx: Context, next: Next, keys: KeyRing): Promise<unknown> => {
    if (built?.keys !== keys) {
      const provider = createProvider(keys, dependencies);
      built = { keys, handle: compose(provider.middleware) as unknown as Middleware };
    }
    return Promise.resolve(built.handle(ctx, next));
  };
}

/** Writes the audit record once the answer is decided, and only then lets the answer go. */
function settler({ recorder, log }: OidcDependencies) {
  return async (ctx: Context & KoaContextWithOIDC, state: RequestState): Promise<void> => {
    shapeAnswer(ctx, state);
    await answerLimits(ctx, state);
    if (state.error && ctx.status >= 500) {
      const facts = { request_id: state.request.id, path: ctx.path };
      if (isStoreUnavailable(state.error)) answerUnavailable(ctx, 'the store');
      if (state.error instanceof IssuerUnavailable) {
        // Nothing is wrong here, and anybody can bring this about.
        answerUnavailable(ctx, 'the issuer of the token');
        log.warn('issuer unavailable', { ...facts, reason: state.error.message });
      } else {
        log.error('request failed', { ...facts, error: state.error });
      }
    }
    if (state.recorded) return;
    if (!(await recorder(askedOf(ctx), state))) answerUnavailable(ctx, 'the audit log');
  };
}

/** What the library was asked, as far as it has read it. */
const askedOf = ({ oidc }: KoaContextWithOIDC): AskedRequest => ({
  endpoint: oidc.route as AskedRequest['endpoint'],
  clientId: oidc.client?.clientId,
  parameters: oidc.params ?? {},
});

function shapeAnswer(ctx: Context & KoaContextWithOIDC, state: RequestState): void {
  const body = ctx.body as Record<string, unknown> | string | undefined;
  const { scopeErrors = [] } =
    state.issuanceRefusal ?? state.delegationRefusal ?? state.quotas?.refusal ?? {};
  if (scopeErrors.length > 0 && typeof body === 'object') {
    body['scope_errors'] = scopeErrors.map(({ scope, reason, hint }) => ({
      scope,
      reason,
      ...(hint === undefined ? {} : { hint }),
    }));
  }
  // RFC 9110 §15.5.2; the library challenges those alone who came with an `Authorization` field.
  if (ctx.status === 401 && !ctx.res.hasHeader('WWW-Authenticate')) {
    ctx.set('WWW-Authenticate', `Basic realm="${ctx.oidc.provider.issuer}"`);
  }
  // A refusal names what was asked for, which a slip of the hand makes a secret; those end in logs of others.
  if (ctx.status >= 400 && typeof body === 'object') ctx.body = redact(body);
  // Some clients parse every answer as JSON, the empty one of RFC 7009 §2.2 too.
  if (ctx.oidc.route === 'revocation' && ctx.status === 200) ctx.type = 'application/json';
}

function answerUnavailable(ctx: Context, what: string): void {
  const { status, headers, body } = unavailable(what);
  ctx.status = status;
  ctx.set(headers);
  ctx.body = body;
}
