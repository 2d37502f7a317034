import type { LogExaminer } from '../audit/verification/examination.ts';
import type { Company } from '../company.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../log/log.ts';
import type { Storage } from '../storage.ts';
import type { Tracing } from '../tracing/tracing.ts';
import type { Vault } from '../vault/vault.ts';

/** What the house stands on. */
export interface Ground {
  readonly config: Config;
  readonly issuer: string;
  readonly storage: Storage;
  readonly examiner: LogExaminer;
  readonly vault: Vault;
  readonly log: Log;
  readonly clock: () => number;
  /** Certificate authorities (PEM) to trust for federated issuers besides the well-known ones. */
  readonly federationCa?: string;
  /** Absent where nobody wants traces. */
  readonly tracing?: Tracing | undefined;
  /** Absent where the server is this process alone. */
  readonly company?: Company;
}
