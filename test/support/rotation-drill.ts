import { createAdminClient, createConnection } from '@ambit/sdk';
import type { ApiProblem } from '@ambit/sdk';
import { decodeProtectedHeader } from 'jose';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCachingResourceServer } from './caching-resource-server.ts';
import type { CachingResourceServer } from './caching-resource-server.ts';
import { introspect, requestToken } from './oauth.ts';
import type { Credential } from './oauth.ts';
import { adminCredentials } from './server.ts';
import type { TestServer } from './server.ts';

/** What a drill came to. */
export interface RotationFigures {
  readonly rotations: number;
  readonly seconds: number;
  /** Token and introspection requests. */
  readonly requests: number;
  /** Answers other than a token, or an introspection that was not active. */
  readonly failed: readonly string[];
  readonly verifications: number;
  /** Tokens that a resource server could not verify by the keys it held. */
  readonly unverifiable: readonly string[];
  /** Keys that signed. */
  readonly signers: number;
  /** Rotations that were refused because the next key had not been published for long enough. */
  readonly refusedTooEarly: number;
}

const CATALOG = {
  catalog: 'rotation-drill',
  resourceServers: Object.fromEntries(
    (['ES256', 'EdDSA', 'RS256'] as const).map((alg) => [
      alg.toLowerCase(),
      {
        audience: `https://${alg.toLowerCase()}.drill.example`,
        description: `Takes tokens signed with ${alg}`,
        owner: 'drill',
        accessToken: { signingAlg: alg, lifetimeSeconds: 3600 },
        resources: {
          [alg.toLowerCase()]: {
            description: 'Anything',
            actions: { read: { description: 'See it' } },
          },
        },
      },
    ]),
  ),
  roles: { reader: { description: 'Sees it', scopes: ['es256:read', 'eddsa:read', 'rs256:read'] } },
};
const SCOPES = CATALOG.roles.reader.scopes;
const WORKERS = 3;

/**
 * Rotates every signing key again and again while clients get tokens and resource servers verify them by cached keys.
 *
 * Each rotation comes at the earliest moment at which the server lets it, and right before each attempt one more
 * resource server fills its cache, so that the oldest copy of the keys that can be held is put to the test. At the
 * end one token of every key must still verify and be active.
 */
export async function drillRotation(
  server: TestServer,
  rotations: number,
): Promise<RotationFigures> {
  const { client, resourceServers } = await layOut(server);
  const jwksUri = `${server.url}/oauth2/jwks`;
  const newVerifier = (): CachingResourceServer => createCachingResourceServer(server.url, jwksUri);
  const rotate = rotator(server);

  const failed: string[] = [];
  const unverifiable: string[] = [];
  const tokenBySigner = new Map<string, { token: string; scope: string }>();
  let verifiers = Array.from({ length: WORKERS }, newVerifier);
  let requests = 0;
  let verifications = 0;
  let refusedTooEarly = 0;
  let done = 0;

  const verify = async (verifier: CachingResourceServer, token: string): Promise<void> => {
    verifications += 1;
    await verifier.verify(token).catch((error: unknown) => {
      unverifiable.push(String(error));
    });
  };
  const check = async (scope: string, token: string): Promise<void> => {
    const resourceServer = resourceServers.get(scope);
    if (!resourceServer) throw new Error(`nobody takes \`${scope}\``);
    requests += 1;
    const { status, body } = await introspect(server, resourceServer, token);
    if (body['active'] !== true) failed.push(`introspection: ${status} ${JSON.stringify(body)}`);
  };
  const useService = async (turn: number): Promise<void> => {
    const scope = SCOPES[turn % SCOPES.length] ?? '';
    requests += 1;
    const { status, body } = await requestToken(server, client, { scope });
    if (status !== 200) {
      failed.push(`token: ${status} ${JSON.stringify(body)}`);
      return;
    }
    const token = String(body['access_token']);
    tokenBySigner.set(decodeProtectedHeader(token).kid ?? '', { token, scope });
    await Promise.all(verifiers.map((verifier) => verify(verifier, token)));
    await check(scope, token);
  };

  const started = performance.now();
  const load = Array.from({ length: WORKERS }, async (_, worker) => {
    for (let turn = worker; done < rotations; turn += 1) await useService(turn);
  });
  const rotation = (async () => {
    while (done < rotations) {
      const latest = newVerifier();
      await latest.load();
      if (await rotate()) {
        done += 1;
        // It holds the keys of the moment before the rotation; the oldest verifier makes room for it.
        verifiers = [...verifiers.slice(1), latest];
      } else {
        refusedTooEarly += 1;
        await useService(refusedTooEarly);
      }
    }
  })();
  await Promise.all([rotation, ...load]);
  const seconds = (performance.now() - started) / 1000;

  const last = newVerifier();
  for (const { token, scope } of tokenBySigner.values()) {
    await verify(last, token);
    await check(scope, token);
  }
  const signers = tokenBySigner.size;
  return {
    ...{ rotations: done, seconds, requests, failed, verifications, unverifiable },
    ...{ signers, refusedTooEarly },
  };
}

/** Publishes the catalog of the drill and registers who takes part. */
async function layOut(server: TestServer) {
  const file = join(server.home, 'drill.json');
  writeFileSync(file, JSON.stringify(CATALOG));
  await server.json(['catalog', 'publish', file, '--comment', 'drill', '--yes']);
  const create = (name: string, ...flags: string[]): Promise<Credential> =>
    server.json<Credential & Record<string, unknown>>([
      'client',
      'create',
      name,
      ...flags,
      '--yes',
    ]);

  const client = await create('service', '--role', 'reader');
  const resourceServers = new Map<string, Credential>();
  for (const name of Object.keys(CATALOG.resourceServers)) {
    resourceServers.set(`${name}:read`, await create(`${name}-server`, '--resource-server', name));
  }
  return { client, resourceServers };
}

/** Rotates the keys as the administrator; false when it is too early. */
function rotator({ url, home }: TestServer): () => Promise<boolean> {
  const { client_id: clientId, client_secret: clientSecret } = adminCredentials(home);
  const { keys } = createAdminClient(
    createConnection({
      url: new URL(url),
      credentials: { clientId, clientSecret },
      fetch,
      now: Date.now,
    }),
  );
  return async () => {
    try {
      await keys.rotate();
      return true;
    } catch (error) {
      if ((error as Partial<ApiProblem>).code !== 'key.not_ready') throw error;
      return false;
    }
  };
}
