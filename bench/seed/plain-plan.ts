import { benchCatalog, BENCH_ROLE } from './bench-catalog.ts';
import type { SeedPlan } from './seed-home.ts';

/** A home with a number of scopes, a multiple of ten, and of clients that are entitled to all of them. */
export const plainPlan = (scopes: number, clients: number): SeedPlan => ({
  name: `${String(scopes)}-scopes-${String(clients)}-clients`,
  catalog: benchCatalog(scopes),
  clients: Array.from({ length: clients }, (_, index) => ({
    clientId: `client-${String(index).padStart(6, '0')}`,
    assignments: [{ role: BENCH_ROLE }],
  })),
});
