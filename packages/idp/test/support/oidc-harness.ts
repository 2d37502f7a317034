import { createHmac, generateKeyPairSync, timingSafeEqual } from 'node:crypto';
import { Writable } from 'node:stream';
import { compileCatalog, decideQuotas, parseCatalog, SIGNING_ALGS } from '@ambit/scope-catalog';
import type { QuotaWindow, SigningAlg } from '@ambit/scope-catalog';
import type { AuditEntry } from '../../src/audit/record.ts';
import type { Client } from '../../src/clients/client.ts';
import type { Derivation } from '../../src/delegation/ports.ts';
import { createFederation } from '../../src/federation/federation.ts';
import { createFetchDocument } from '../../src/federation/fetch-document.ts';
import { createIssuerKeys } from '../../src/federation/issuer-keys.ts';
import type { KeyRing, SigningKey } from '../../src/keys/key-ring.ts';
import { createFailureLimit } from '../../src/limits/failure-limit.ts';
import { createQuotas } from '../../src/limits/quotas.ts';
import type { QuotaEvent } from '../../src/limits/quotas.ts';
import { createRequestLimit } from '../../src/limits/request-limit.ts';
import { createLog } from '../../src/log/log.ts';
import { createNarrowPath } from '../../src/narrow/narrow-path.ts';
import { createRecorder } from '../../src/oauth/recorder.ts';
import { createOidc } from '../../src/oidc/oidc-middleware.ts';
import type { RevocationRule } from '../../src/revocation/ports.ts';
import type { RevocableToken } from '../../src/revocation/revocation-set.ts';
import type { Snapshot } from '../../src/snapshot/snapshot.ts';
import { STORE_UNAVAILABLE } from '../../src/storage.ts';
import { StoreUnavailable } from '../../src/store/unavailable.ts';
import { windowKey } from '../../src/store/quotas.ts';
import { createTokenVerifier } from '../../src/tokens/token-verifier.ts';
import { createApp } from '../../src/web/create-app.ts';
import { bind } from '../../src/web/listener.ts';
import type { Listener, TlsMaterial } from '../../src/web/listener.ts';
import type { NarrowPath } from '../../src/web/narrow-path.ts';

const hashSecret = (secret: string): Uint8Array =>
  createHmac('sha256', 'test').update(secret).digest();

/** A client of the tests; its secret is its name with `-secret` behind it. */
export const clientNamed = (clientId: string, settings: Partial<Client> = {}): Client => ({
  clientId,
  enabled: true,
  assignments: [],
  auth: 'secret',
  resourceServers: [],
  defaultScopes: [],
  scopePolicy: 'strict',
  secrets: [
    { id: `${clientId}-1`, createdAt: 0, keyId: 'test', hash: hashSecret(`${clientId}-secret`) },
  ],
  createdAt: 0,
  updatedAt: 0,
  revision: 1,
  ...settings,
});

/** A signing key of the tests. */
export function signingKey(alg: SigningAlg, kid: string = alg, active = true): SigningKey {
  const pair =
    alg === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : alg === 'EdDSA'
        ? generateKeyPairSync('ed25519')
        : generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    kid,
    alg,
    state: active ? 'active' : 'retired',
    publicJwk: { ...pair.publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' },
    publicKey: pair.publicKey,
    ...(active ? { privateKey: pair.privateKey } : {}),
  };
}

export const ringOf = (...keys: SigningKey[]): KeyRing => ({
  published: new Map(keys.map((key) => [key.kid, key])),
  active: new Map(keys.filter(({ privateKey }) => privateKey).map((key) => [key.alg, key])),
});

/** The OAuth endpoints over real HTTP, with the state they decide by in the hands of the test. */
export interface OidcHarness {
  readonly url: string;
  readonly records: AuditEntry[];
  /** For each record, whether the caller had proved who it was. */
  readonly proven: boolean[];
  readonly log: string[];
  /** The ids of the requests that the narrow path has answered. */
  readonly narrowIds: Set<string>;
  /** How many those are. */
  readonly narrow: number;
  /** Secrets whose use was to be written down. */
  readonly uses: string[];
  /** Milliseconds since the epoch. */
  now: number;
  clients: Map<string, Client>;
  keys: KeyRing;
  revision: number;
  version: number;
  readonly derivations: Map<string, Derivation>;
  rules: ((token: RevocableToken) => RevocationRule | undefined)[];
  /** How many revocation rules were made. */
  revocations: number;
  /** What was told of quotas that tokens met. */
  readonly quotaEvents: QuotaEvent[];
  /** What quotas have counted. */
  readonly quotaWindows: Map<string, QuotaWindow>;
  /** How often the store of quotas was asked. */
  quotaClaims: number;
  /** Puts the store of quotas out of reach. */
  quotasFail: boolean;
  /** Makes the next records fail. */
  auditFails: boolean;
  /** What requests wait for before they learn of the state. */
  stateHeld: Promise<unknown>;
  publish(catalog: string): void;
  close(): Promise<void>;
}

/** What is limited, and by whose word; nothing by default. */
export interface HarnessOptions {
  /** Taken away, every request goes by way of the library. */
  readonly narrowPath?: boolean;
  /** Instead of where it listens. */
  readonly issuer?: string;
  readonly requestsPerMinute?: number;
  readonly freeFailures?: number;
  readonly trustProxy?: readonly string[];
}

export async function startOidc(
  catalog: string,
  clients: readonly Client[],
  tls?: TlsMaterial,
  options: HarnessOptions = {},
): Promise<OidcHarness> {
  const { requestsPerMinute = 0, freeFailures = 1_000_000_000, trustProxy = [] } = options;
  const bound = await bind({ host: '127.0.0.1', port: 0 }, tls);
  if (!bound.ok) throw new Error(bound.error.code);
  const url = `${tls ? 'https' : 'http'}://127.0.0.1:${bound.value.port}`;
  const { narrowPath = true, issuer = url } = options;
  const compiled = (source: string) => {
    const parsed = parseCatalog(source, 'catalog.yaml');
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
    const result = compileCatalog(parsed.value.document, { issuer });
    if (!result.ok) throw new Error(JSON.stringify(result.error));
    return result.value;
  };
  let active = compiled(catalog);
  const served: { listener?: Listener } = {};
  const claimed = new Map<string, number>();
  const revoked = new Set<string>();

  const harness: OidcHarness = {
    url,
    records: [],
    proven: [],
    log: [],
    narrowIds: new Set(),
    get narrow() {
      return harness.narrowIds.size;
    },
    now: Date.now(),
    clients: new Map(clients.map((client) => [client.clientId, client])),
    keys: ringOf(...SIGNING_ALGS.map((alg) => signingKey(alg))),
    revision: 1,
    version: 1,
    derivations: new Map(),
    rules: [({ jti }) => (revoked.has(jti) ? ({ kind: 'jti', jti } as RevocationRule) : undefined)],
    revocations: 0,
    uses: [],
    quotaEvents: [],
    quotaWindows: new Map(),
    quotaClaims: 0,
    quotasFail: false,
    auditFails: false,
    stateHeld: Promise.resolve(),
    publish(source) {
      active = compiled(source);
      harness.version += 1;
      harness.revision += 1;
    },
    async close() {
      await served.listener?.close(0);
    },
  };
  const snapshot = (): Snapshot => ({
    revision: harness.revision,
    catalog: { version: harness.version, digest: 'sha256:test', compiled: active },
    keys: harness.keys,
    revocations: { find: (token) => harness.rules.map((rule) => rule(token)).find(Boolean) },
    async findClient(clientId) {
      // As the store does, which can look for nothing else.
      if (typeof clientId !== 'string') throw new TypeError('the name of a client is a text');
      return harness.clients.get(clientId);
    },
    findDerivation: (jti) => Promise.resolve(harness.derivations.get(jti)),
  });
  const log = createLog(
    'debug',
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        harness.log.push(chunk.toString());
        done();
      },
    }),
  );
  const endpoints = {
    issuer,
    vault: {
      isSecret: (secret: string, hash: Uint8Array) => timingSafeEqual(hashSecret(secret), hash),
    },
    verifier: createTokenVerifier(issuer),
    limits: {
      requests: createRequestLimit(requestsPerMinute),
      failures: createFailureLimit(freeFailures),
      quotas: createQuotas({
        store: {
          claim(quotas, now) {
            harness.quotaClaims += 1;
            if (harness.quotasFail) return Promise.reject(new StoreUnavailable('locked'));
            const windows = harness.quotaWindows;
            const keys = quotas.map((one) => windowKey(one).join(' '));
            const decision = decideQuotas(
              quotas,
              keys.map((key) => windows.get(key)),
              now,
            );
            for (const [index, key] of keys.entries()) {
              const count = decision.counts[index];
              if (decision.granted && count) windows.set(key, count);
            }
            return Promise.resolve(decision);
          },
        },
        onQuota: (event) => harness.quotaEvents.push(event),
      }),
    },
    snapshots: {
      async current() {
        await harness.stateHeld;
        return snapshot();
      },
    },
    clock: () => harness.now,
    recorder: createRecorder({
      log,
      record: ({ entry, proven, derivation }, used) => {
        if (harness.auditFails) {
          return Promise.reject(Object.assign(new Error('disk full'), { code: STORE_UNAVAILABLE }));
        }
        if (used) harness.uses.push(used.secretId);
        harness.records.push(entry);
        harness.proven.push(proven);
        if (derivation) harness.derivations.set(derivation.jti, derivation);
        return Promise.resolve();
      },
    }),
  };
  const oidc = createOidc({
    ...endpoints,
    mtls: tls !== undefined,
    federation: createFederation({
      keys: createIssuerKeys({
        clock: () => harness.now,
        fetchDocument: createFetchDocument({ allowPrivate: true, timeoutMs: 500 }),
      }),
    }),
    replays: {
      claim(key, expiresAt, now) {
        for (const [old, until] of claimed) if (until <= now) claimed.delete(old);
        return Promise.resolve(!claimed.has(key) && claimed.set(key, expiresAt).size > 0);
      },
    },
    revoke: (token) => {
      revoked.add(token.jti);
      harness.revocations += 1;
      return Promise.resolve();
    },
    log,
    jwksMaxAgeSeconds: 300,
  });
  let requests = 0;
  const app = createApp({
    issuer,
    log,
    newId: () => `request-${(requests += 1)}`,
    trustProxy,
    ...(narrowPath ? { narrowPath: counted(createNarrowPath(endpoints), harness) } : {}),
    parts: [oidc],
  });
  served.listener = bound.value.serve(app);
  return harness;
}

/** The same path, which counts what it answers. */
const counted = ({ mayTake, take }: NarrowPath, harness: OidcHarness): NarrowPath => ({
  mayTake,
  async take(request, body, origin) {
    const answer = await take(request, body, origin);
    if (answer) harness.narrowIds.add(origin.id);
    return answer;
  },
});
