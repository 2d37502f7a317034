import { benchCatalog, BENCH_ROLE } from './bench-catalog.ts';
import type { SeedPlan } from './seed-home.ts';

/** So many clients are inserted one by one; where there are more, the rest are copies of the first. */
const INSERTED_MOST = 1_000;

/** A home with a number of scopes, a multiple of ten, and of clients that are entitled to all of them. */
export function plainPlan(scopes: number, clients: number): SeedPlan {
  const names = Array.from(
    { length: clients },
    (_, index) => `client-${String(index).padStart(6, '0')}`,
  );
  return {
    name: `${String(scopes)}-scopes-${String(clients)}-clients`,
    catalog: benchCatalog(scopes),
    clients: names
      .slice(0, INSERTED_MOST)
      .map((clientId) => ({ clientId, assignments: [{ role: BENCH_ROLE }] })),
    copies: names.slice(INSERTED_MOST),
  };
}
