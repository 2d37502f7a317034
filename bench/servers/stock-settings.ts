import type { Credentials } from '../load/requests.ts';
import type { BenchAlg } from '../seed/bench-catalog.ts';

/** What the stock server is given. */
export interface StockSettings {
  readonly client: Credentials;
  readonly rsaBits: number;
  readonly lifetimeSeconds: number;
  readonly resourceServers: readonly {
    readonly audience: string;
    readonly scope: string;
    readonly alg: BenchAlg;
  }[];
}
