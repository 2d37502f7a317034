import { SIGNING_ALGS } from '@ambit/scope-catalog';
import { errors, Provider } from 'oidc-provider';
import type { ClientCredentials, Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { CLOCK_STEP_MS } from '../clock-step.ts';
import type { Federation } from '../federation/federation.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { Limits } from '../limits/limits.ts';
import { ENDPOINTS } from '../oauth/endpoints.ts';
import { decidedBy, exchangedClaims, issueClaims } from '../oauth/issued-claims.ts';
import { mayIntrospect } from '../oauth/may-introspect.ts';
import { noteAuthenticated, requestState } from '../oauth/request-state.ts';
import type { TokenVerifier } from '../tokens/token-verifier.ts';
import type { ReplayStore } from '../replay/ports.ts';
import { replayKey } from '../replay/replay-key.ts';
import type { RevokeOwnToken } from '../revocation/revoke-own-token.ts';
import type { Vault } from '../vault/vault.ts';
import {
  certificateThumbprint,
  isCertificateAuthorized,
  presentedCertificate,
} from '../web/client-certificate.ts';
import { certificateSubjectMatches } from './certificate-subject.ts';
import { checkParameters } from './check-parameters.ts';
import { decideRequest, defaultResource, resourceServerInfo } from './decide-request.ts';
import { findClients } from './find-client.ts';
import { identifyWorkload, knowWorkloads } from './identify-workload.ts';
import { registeredClient } from './library-client.ts';
import { adaptEndpoints } from './library-seam.ts';
import { claimQuotas, knowLimits, limitClient } from './limits.ts';
import { librarySigningKeys } from './signing-keys.ts';
import { registerTokenExchange } from './token-exchange.ts';
import { lookUpJwts } from './token-lookup.ts';
import { registerJwtBearer } from './workload-grant.ts';

/** How far ahead the assertion of a client may expire, with a minute for clocks that differ. */
const ASSERTION_LIFETIME_MAX_MS = (3600 + 60) * 1000;

/** What a provider needs beside the keys it signs with. */
export interface ProviderDependencies {
  readonly issuer: string;
  /** Whether Ambit terminates TLS itself, and so sees client certificates. */
  readonly mtls: boolean;
  readonly vault: Pick<Vault, 'isSecret'>;
  readonly verifier: TokenVerifier;
  readonly replays: ReplayStore;
  readonly federation: Federation;
  readonly limits: Limits;
  readonly revoke: RevokeOwnToken;
}

/**
 * Makes the library's provider for one ring of signing keys. It holds no state of its own, so that a rotation makes a
 * new one and lets requests in flight finish on the old.
 */
export function createProvider(keys: KeyRing, dependencies: ProviderDependencies): Provider {
  adaptEndpoints({ checkParameters, identifyWorkload, noteAuthenticated, limitClient });
  const provider = new Provider(dependencies.issuer, configuration(keys, dependencies));
  const context = (): KoaContextWithOIDC => {
    const ctx = Provider.ctx;
    if (!ctx) throw new Error('the library was called outside a request');
    return ctx;
  };

  const viewOf = findClients(provider, context, dependencies);
  knowLimits(provider, dependencies.limits);
  knowWorkloads(provider, { federation: dependencies.federation, viewOf });
  registerTokenExchange(provider, dependencies);
  registerJwtBearer(provider, dependencies.replays);
  lookUpJwts(provider, context, dependencies.verifier, dependencies.revoke);
  provider.ReplayDetection.unique = (clientId: string, jti: string, expiresAt: number) =>
    dependencies.replays.claim(
      replayKey('client', clientId, jti),
      expiresAt * 1000 + CLOCK_STEP_MS,
      requestState(context()).now,
    );

  const keepError = (ctx: KoaContextWithOIDC, error: Error): void => {
    requestState(ctx).error = error;
  };
  provider.on('grant.error', keepError);
  provider.on('introspection.error', keepError);
  provider.on('revocation.error', keepError);
  provider.on('server_error', keepError);
  return provider;
}

function configuration(keys: KeyRing, { issuer, mtls }: ProviderDependencies): Configuration {
  const assertionAlgs = [...SIGNING_ALGS];
  return {
    adapter: NoStorage,
    routes: ENDPOINTS,
    jwks: { keys: librarySigningKeys(keys) } as never,
    ttl: { ClientCredentials: (ctx) => decideRequest(ctx).lifetimeSeconds },
    responseTypes: [],
    scopes: [],
    claims: {},
    cookies: { keys: [] },
    clientAuthMethods: [
      'client_secret_basic',
      'client_secret_post',
      'private_key_jwt',
      ...(mtls ? (['tls_client_auth', 'self_signed_tls_client_auth'] as const) : []),
    ],
    clientDefaults: {
      grant_types: ['client_credentials'],
      response_types: [],
      id_token_signed_response_alg: 'ES256',
      introspection_signed_response_alg: 'ES256',
    },
    enabledJWA: {
      clientAuthSigningAlgValues: assertionAlgs,
      idTokenSigningAlgValues: assertionAlgs,
      introspectionSigningAlgValues: assertionAlgs,
      dPoPSigningAlgValues: assertionAlgs,
    },
    assertJwtClientAuthClaimsAndHeader(ctx, claims) {
      const audience = [claims.aud].flat();
      if (audience.length !== 1 || audience[0] !== issuer) {
        throw new errors.InvalidClientAuth(
          "the assertion's audience must be the issuer and nothing else",
        );
      }
      // That it was used is remembered until it expires (RFC 7523 §3, item 4), so it may not want to live for ever.
      if (Number(claims.exp) * 1000 > requestState(ctx).now + ASSERTION_LIFETIME_MAX_MS) {
        throw new errors.InvalidClientAuth('the assertion expires more than an hour from now');
      }
      return Promise.resolve();
    },
    clientBasedCORS: () => false,
    // Every error is JSON (RFC 6749 §5.2), whatever the caller accepts.
    renderError(ctx, out) {
      ctx.type = 'application/json';
      ctx.body = out;
    },
    extraTokenClaims: (ctx) => decidedBy(requestState(ctx).snapshot),
    formats: {
      customizers: {
        // The last step before the signature, of every grant: whatever else could refuse the request has been asked.
        async jwt(ctx, _token, parts) {
          const state = requestState(ctx);
          const granted = decideRequest(ctx);
          const certificate =
            granted.resourceServer.senderConstrained === 'mtls'
              ? presentedCertificate(ctx)
              : undefined;
          if (certificate) {
            const cnf = {
              ...(parts.payload['cnf'] as object | undefined),
              'x5t#S256': certificateThumbprint(certificate),
            };
            parts.payload['cnf'] = cnf;
          }
          const { subject, grant } = state.exchange ?? {};
          if (subject && grant) {
            Object.assign(parts.payload, exchangedClaims({ subject, grant }));
          }
          if (state.workload) {
            const { issuer, rule } = state.workload.grant;
            parts.payload['fed'] = { issuer, rule: rule.id };
          }
          await claimQuotas(ctx, String(parts.payload['sub']));
          Object.assign(parts.payload, issueClaims(state, granted));
        },
      },
    },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      clientCredentials: { enabled: true },
      externalSigningSupport: { enabled: true, ack: 'experimental-01' },
      resourceIndicators: {
        enabled: true,
        defaultResource,
        getResourceServerInfo: resourceServerInfo,
      },
      introspection: {
        enabled: true,
        allowedPolicy: (ctx, client, token) => {
          const { snapshot } = requestState(ctx);
          const { clientId, aud: audience } = token as ClientCredentials;
          return (requestState(ctx).allowed = mayIntrospect(snapshot, registeredClient(client), {
            clientId,
            audience,
          }));
        },
      },
      jwtIntrospection: { enabled: true },
      revocation: {
        enabled: true,
        allowedPolicy: (ctx, client, token) =>
          (requestState(ctx).allowed = token.clientId === client.clientId),
      },
      dPoP: { enabled: true },
      mTLS: {
        enabled: mtls,
        certificateBoundAccessTokens: mtls,
        tlsClientAuth: mtls,
        selfSignedTlsClientAuth: mtls,
        getCertificate: presentedCertificate as never,
        certificateAuthorized: isCertificateAuthorized,
        certificateSubjectMatches,
      },
    },
  };
}

/** The library's persistence, of which Ambit needs none: clients, tokens and replays are looked up elsewhere. */
class NoStorage {
  upsert(): Promise<void> {
    return Promise.reject(new Error('the library was about to store something'));
  }
  find(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
  findByUserCode(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
  findByUid(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
  consume(): Promise<void> {
    return Promise.resolve();
  }
  destroy(): Promise<void> {
    return Promise.resolve();
  }
  revokeByGrantId(): Promise<void> {
    return Promise.resolve();
  }
}
