import { randomUUID } from 'node:crypto';
import type { FederationEntry } from '@ambit/scope-catalog';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { BENCH_ROLE, LIFETIME_SECONDS } from './bench-catalog.ts';
import type { SeedPlan } from './seed-home.ts';

/** An issuer outside Ambit, whose keys stand in the catalog. */
export interface WorkloadIssuer {
  readonly jwks: NonNullable<FederationEntry['jwks']>;
  /** A token of its one workload, as Kubernetes makes them for a pod; ES256, and no two are the same. */
  sign(): Promise<string>;
}

const NAME = 'workloads';
const ISSUER = 'https://workloads.bench.example';
const AUDIENCE = 'https://id.bench.example';
const SUBJECT = 'system:serviceaccount:shop:checkout';

/** Makes an issuer with a new key. */
export async function createWorkloadIssuer(): Promise<WorkloadIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const key = { alg: 'ES256', kid: randomUUID() };
  return {
    jwks: { keys: [{ ...(await exportJWK(publicKey)), ...key, use: 'sig' }] },
    sign: () =>
      new SignJWT({
        'kubernetes.io': {
          namespace: 'shop',
          node: { name: 'node-1', uid: randomUUID() },
          pod: { name: 'checkout-5d4f8c7b9-x2x7q', uid: randomUUID() },
          serviceaccount: { name: 'checkout', uid: randomUUID() },
        },
      })
        .setProtectedHeader(key)
        .setJti(randomUUID())
        .setIssuer(ISSUER)
        .setAudience([AUDIENCE])
        .setSubject(SUBJECT)
        .setIssuedAt()
        .setNotBefore('0s')
        .setExpirationTime(`${String(LIFETIME_SECONDS)}s`)
        .sign(privateKey),
  };
}

/** A plan with one client more: it stands for the workload of an issuer, up to some scopes. */
export const withWorkload = (
  plan: SeedPlan,
  { jwks }: WorkloadIssuer,
  scopes: readonly string[],
): SeedPlan => ({
  name: `${plan.name}-and-a-workload`,
  catalog: {
    ...plan.catalog,
    federation: {
      [NAME]: {
        issuer: ISSUER,
        audience: AUDIENCE,
        jwks,
        rules: [{ match: { sub: SUBJECT }, client: 'workload', scopes }],
      },
    },
  },
  clients: [
    ...plan.clients,
    {
      clientId: 'workload',
      assignments: [{ role: BENCH_ROLE }],
      auth: 'none',
      federatedIssuer: NAME,
    },
  ],
});
