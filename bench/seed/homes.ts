import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seedHome } from './seed-home.ts';
import type { SeededHome, SeedPlan } from './seed-home.ts';

/** The homes of a run: each is seeded when it is first asked for. */
export interface Homes {
  of(plan: SeedPlan): Promise<SeededHome>;
  /** Removes them all. */
  remove(): void;
}

/** Makes homes in a temporary folder. */
export function createHomes(): Homes {
  const folder = mkdtempSync(join(tmpdir(), 'ambit-bench-'));
  const homes = new Map<string, Promise<SeededHome>>();
  return {
    of(plan) {
      const { scopes, clients, records = 0 } = plan;
      const name = `${String(scopes)}-scopes-${String(clients)}-clients-${String(records)}-records`;
      const home = homes.get(name) ?? seedHome(join(folder, name), plan);
      homes.set(name, home);
      return home;
    },
    remove() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
