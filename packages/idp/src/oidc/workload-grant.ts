import { decideFederatedIssuance, present } from '@ambit/scope-catalog';
import type { NamedTarget } from '@ambit/scope-catalog';
import { errors } from 'oidc-provider';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { CLOCK_STEP_MS } from '../clock-step.ts';
import type { ReplayStore } from '../replay/ports.ts';
import { replayKey } from '../replay/replay-key.ts';
import { assertBinding } from './decide-request.ts';
import { externalTokenOf } from './external-token-of.ts';
import { JWT_BEARER } from '../oauth/grant-types.ts';
import { presentWorkload, refuseExternalToken, refuseWorkload } from './identify-workload.ts';
import { issueToken } from './issue-token.ts';
import { registeredClient } from './library-client.ts';
import { checkDpopReplay, validateDpop } from './library-seam.ts';
import { requestState } from '../oauth/request-state.ts';

/** How far ahead a token that is good once may say it expires; `exp` may hold any number. */
const REMEMBERED_UNTIL_MAX_MS = 8.64e15;

/** What a request asks for beside the token it rests on. */
export interface WorkloadRequest extends NamedTarget {
  readonly scope?: string;
  readonly issuedTokenType?: string;
}

/**
 * Adds the jwt-bearer grant (RFC 7523 §2.1) to the grants of a provider; its checks are those of
 * {@link grantWorkload}.
 */
export function registerJwtBearer(provider: Provider, replays: ReplayStore): void {
  provider.registerGrantType(
    JWT_BEARER,
    async (ctx) => {
      const { scope, resource } = ctx.oidc.params as {
        scope?: string;
        resource?: string | string[];
      };
      const resources = [resource ?? []].flat();
      const target = { resources, audiences: [] };
      await grantWorkload(provider, ctx, replays, { ...target, ...present({ scope }) });
    },
    ['assertion', 'scope', 'resource'],
    ['resource'],
  );
}

/**
 * Issues a token to a workload by the token it brings from elsewhere. The checks, in order; faults of that token are
 * `invalid_grant` of an assertion and `invalid_request` of a subject token:
 *
 * 1. Without a credential, the workload is identified, see {@link identifyWorkload}; with one, the client is
 *    authenticated: `invalid_client`, by the library.
 * 2. The DPoP proof holds, where there is one: `invalid_dpop_proof`.
 * 3. The external token is genuine, a rule is for it, and the rule is for this client, see
 *    {@link decideFederatedIssuance}.
 * 4. The catalog grants what is asked: `invalid_target` or `invalid_scope`.
 * 5. The resource server gets the binding that it wants: `invalid_dpop_proof` or `invalid_request`.
 * 6. The DPoP proof is used for the first time: `invalid_grant`.
 * 7. So is the external token, where its rule takes each once.
 */
export async function grantWorkload(
  provider: Provider,
  ctx: KoaContextWithOIDC,
  replays: ReplayStore,
  request: WorkloadRequest,
): Promise<void> {
  const state = requestState(ctx);
  const token = externalTokenOf(ctx);
  const client = registeredClient(ctx.oidc.client);
  const dpop = await validateDpop(provider, ctx);
  if (token === undefined) throw new errors.InvalidRequest('assertion is missing');
  const workload = await presentWorkload(ctx, token);
  const { external, grant: federated } = workload;
  const decision = decideFederatedIssuance(
    state.snapshot.catalog.compiled,
    federated,
    client,
    {
      ...present({ scopes: request.scope?.split(' ') }),
      resources: request.resources,
      audiences: request.audiences,
      defaultScopes: client.defaultScopes,
      scopePolicy: client.scopePolicy,
    },
    state.now,
  );
  if (!decision.ok) {
    if ('code' in decision.error) refuseWorkload(ctx, { code: decision.error.code, external });
    state.issuanceRefusal = decision.error;
    throw new errors.CustomOIDCProviderError(decision.error.error, decision.error.description);
  }
  const grant = decision.value;
  assertBinding(ctx, grant);
  if (dpop) await checkDpopReplay(provider, ctx, dpop, client.clientId);
  if (federated.once) {
    const { jti, expiresAt } = federated.once;
    const key = replayKey('issuer', external.issuer, jti);
    const until = Math.min(Math.ceil(expiresAt * 1000) + CLOCK_STEP_MS, REMEMBERED_UNTIL_MAX_MS);
    if (!(await replays.claim(key, until, state.now))) {
      refuseExternalToken(ctx, 'the token was used before, and its rule takes each token once');
    }
  }
  state.issuance = grant;
  await issueToken(provider, ctx, grant, {
    ...present({ jkt: dpop?.thumbprint, issuedTokenType: request.issuedTokenType }),
  });
}
