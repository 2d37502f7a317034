import type { KeyRing } from '../../packages/idp/src/keys/key-ring.ts';
import { ringOf, signingKey, startOidc } from '../../packages/idp/test/support/oidc-harness.ts';
import type { OidcHarness } from '../../packages/idp/test/support/oidc-harness.ts';
import type { Shown } from './draft.ts';
import { CATALOGS, CLIENTS } from './policy.ts';
import { makeTokens, REVOKED } from './tokens.ts';

/** Two servers over the same state, of which one has the narrow path. */
export interface Roads {
  readonly wide: OidcHarness;
  readonly narrow: OidcHarness;
  readonly shown: Shown;
  readonly limited: boolean;
  /** Does the same to both. */
  both(work: (server: OidcHarness) => void): void;
  close(): Promise<void>;
}

/** The keys of a run, before and after a rotation. RSA takes its time. */
export function newRings(): readonly [KeyRing, KeyRing] {
  const others = (['EdDSA', 'PS256'] as const).map((alg) => signingKey(alg));
  const [first, second] = [signingKey('ES256', 'first'), signingKey('ES256', 'second')];
  const { privateKey: _private, ...retired } = first;
  return [
    ringOf(...others, first, signingKey('ES256', 'old', false)),
    ringOf(...others, second, retired),
  ];
}

/** Starts both servers; where they are limited, a client may ask so often a minute, and a stranger fail so often. */
export async function openRoads(keys: KeyRing, limited: boolean): Promise<Roads> {
  const limits = limited ? { requestsPerMinute: 100, freeFailures: 5 } : {};
  const start = (options: object) =>
    startOidc(CATALOGS[0], CLIENTS, undefined, {
      ...limits,
      ...options,
      trustProxy: ['127.0.0.1/32'],
    });
  const wide = await start({ narrowPath: false });
  const narrow = await start({ issuer: wide.url });
  const now = Date.now();
  const both: Roads['both'] = (work) => {
    for (const server of [wide, narrow]) work(server);
  };
  both((server) => {
    server.keys = keys;
    server.now = now;
    server.rules.push(({ jti }) => (jti === REVOKED ? { kind: 'jti', jti } : undefined) as never);
  });
  const shown = await makeTokens(wide, wide.url, keys);
  await makeTokens(narrow, wide.url, keys); // whoever has asked one server has asked both
  for (const [jti, derivation] of wide.derivations) narrow.derivations.set(jti, derivation);
  both((server) => {
    server.records.length = server.proven.length = server.uses.length = server.log.length = 0;
  });
  return {
    ...{ wide, narrow, shown, limited, both },
    async close() {
      await Promise.all([wide.close(), narrow.close()]);
    },
  };
}
