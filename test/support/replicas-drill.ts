import { introspect, requestToken, revoke } from './oauth.ts';
import type { FaultShop } from './fault-shop.ts';
import type { Replicas } from './replicas.ts';

/** What revoking at one server and introspecting at the other came to. */
export interface RevocationFigures {
  readonly rounds: number;
  readonly seconds: number;
  /** Rounds in which the token was active before, as it must be. */
  readonly activeBefore: number;
  /** Rounds in which it was active in the request right after its revocation was acknowledged. */
  readonly activeAfter: number;
}

/** How many rounds go on at once. */
const AT_ONCE = 8;

/**
 * Has tokens issued at one of two servers, revokes each at one and introspects it at the other in the very next request, in
 * all directions.
 */
export async function drillRevocations(
  replicas: Replicas,
  { service, resourceServer }: FaultShop,
  rounds: number,
): Promise<RevocationFigures> {
  const [one, other] = replicas.all;
  if (!one || !other) throw new Error('two servers are needed');
  const began = performance.now();
  let [started, activeBefore, activeAfter] = [0, 0, 0];
  const isActive = async (server: { url: string }, token: string): Promise<boolean> => {
    const { status, body } = await introspect(server, resourceServer, token);
    if (status !== 200) throw new Error(`introspection: ${String(status)}`);
    return body['active'] === true;
  };
  const round = async (number: number): Promise<void> => {
    const [here, there] = number % 2 === 0 ? [one, other] : [other, one];
    const issuer = number % 4 < 2 ? here : there;
    const { status, body } = await requestToken(issuer, service, { scope: 'orders:read' });
    if (status !== 200) throw new Error(`token: ${String(status)}`);
    const token = String(body['access_token']);
    const before = await isActive(there, token);
    const revoked = await revoke(here, service, token);
    if (revoked.status !== 200) throw new Error(`revocation: ${String(revoked.status)}`);
    const after = await isActive(there, token);
    if (before) activeBefore += 1;
    if (after) activeAfter += 1;
  };
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (started < rounds) await round((started += 1));
    }),
  );
  return { rounds, seconds: (performance.now() - began) / 1000, activeBefore, activeAfter };
}
