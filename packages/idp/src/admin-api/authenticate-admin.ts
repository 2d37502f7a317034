import { adminAudience, err, ok, present } from '@ambit/scope-catalog';
import type { Context } from 'koa';
import type { Attempt, FailureLimit } from '../limits/failure-limit.ts';
import type { ReplayStore } from '../replay/ports.ts';
import type { Snapshots } from '../snapshot/snapshot.ts';
import { decideToken } from '../tokens/decide-token.ts';
import type { TokenVerifier } from '../tokens/token-verifier.ts';
import type { AccessTokenClaims } from '../tokens/access-token.ts';
import { certificateThumbprint, presentedCertificate } from '../web/client-certificate.ts';
import { requestOrigin } from '../web/request-origin.ts';
import { isProven } from './dpop-proof.ts';
import type { Authenticate } from './ports.ts';

/**
 * Tells who asks from an access token of the admin audience, decided again at every request: a revoked token, a
 * disabled client or a role taken away has no power here from the next request on. The checks run in this order: a
 * token is there (RFC 6750 §2.1), it verifies, it is for this audience, it is live, and its key is proven where it is
 * bound to one.
 *
 * A token that does not verify is a failure of the address it comes from. One that did is none, whatever else is wrong
 * with it: its bearer was somebody, and has to learn by a 401 what to do.
 */
export function authenticateAdmin(dependencies: {
  readonly issuer: string;
  readonly verifier: TokenVerifier;
  readonly snapshots: Snapshots;
  readonly replays: ReplayStore;
  readonly failures: FailureLimit;
  readonly clock: () => number;
}): Authenticate {
  const { issuer, verifier, snapshots, replays, failures, clock } = dependencies;
  const audience = adminAudience(issuer);
  const invalid = (description: string, scheme?: 'DPoP') =>
    err({
      code: 'auth.invalid' as const,
      description,
      ...present({ scheme }),
    });

  return async (ctx) => {
    const authorization = /^(?<scheme>Bearer|DPoP) (?<token>[\w~+/.-]+=*)$/i.exec(
      ctx.get('authorization'),
    );
    const { scheme, token } = authorization?.groups ?? {};
    if (!scheme || !token) return err({ code: 'auth.missing' });

    const now = clock();
    const snapshot = await snapshots.current();
    const verified = await verifier.verify(token, snapshot.keys);
    if (!verified.ok) {
      const retryAfterSeconds = await failures.count(attemptOf(ctx));
      return retryAfterSeconds === undefined
        ? invalid('the access token is not one of this issuer')
        : err({ code: 'auth.limited', retryAfterSeconds });
    }
    const { claims } = verified.value;
    if (claims.aud !== audience) {
      return invalid(`the access token is for ${claims.aud}, not for ${audience}`);
    }
    const decision = await decideToken(verified.value, snapshot, now);
    if (!decision.active) return invalid('the access token has expired or was revoked');

    if (claims.cnf?.jkt !== undefined) {
      const subject = {
        method: ctx.method,
        url: issuer + ctx.path,
        accessToken: token,
        jkt: claims.cnf.jkt,
        now,
      };
      const proven =
        scheme.toLowerCase() === 'dpop' && (await isProven(ctx.get('DPoP'), subject, replays));
      if (!proven) return invalid('the access token is bound to a key that was not proven', 'DPoP');
    }
    if (!holdsCertificate(ctx, claims)) {
      return invalid('the access token is bound to a certificate that was not shown');
    }

    const client = await snapshot.findClient(claims.client_id);
    if (!client) return invalid('the client of the access token is gone');
    failures.forget(attemptOf(ctx));
    return ok({
      principal: client,
      scopes: new Set(decision.liveness.scopes),
      request: requestOrigin(ctx),
    });
  };
}

const attemptOf = (ctx: Context): Attempt => ({
  address: requestOrigin(ctx).address,
});

function holdsCertificate(ctx: Context, { cnf }: AccessTokenClaims): boolean {
  const expected = cnf?.['x5t#S256'];
  if (expected === undefined) return true;
  const certificate = presentedCertificate(ctx);
  return certificate !== undefined && certificateThumbprint(certificate) === expected;
}
