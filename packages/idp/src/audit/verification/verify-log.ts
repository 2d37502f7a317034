import { err, ok } from '@ambit/scope-catalog';
import type { Result } from '@ambit/scope-catalog';
import type { Vault } from '../../vault/vault.ts';
import type { AuditKeyRecord, AuditKeyStore } from '../ports.ts';
import { checkKeys } from './check-keys.ts';
import { examineLog } from './examine-log.ts';
import type { VerificationStep } from './examine-log.ts';
import type { LogExaminer } from './examination.ts';

/** Why a verification does not begin. */
export interface VerificationRefusal {
  readonly code: 'audit.verifying';
}

/**
 * Verifies the audit log as it is at this moment, while it goes on, and holds it to checkpoints that were kept elsewhere
 * (compact JWS). One at a time: it takes all the processor it can get. Whoever ceases to read the steps ends it.
 */
export type VerifyLog = (
  given: readonly string[],
) => Promise<Result<AsyncIterable<VerificationStep>, VerificationRefusal>>;

/** Makes the verification of the log. */
export function createVerifyLog(deps: {
  readonly examiner: LogExaminer;
  readonly keys: Pick<AuditKeyStore, 'list'>;
  readonly vault: Pick<Vault, 'open' | 'isStamp'>;
}): VerifyLog {
  const { examiner, keys, vault } = deps;
  let verifying = false;

  /** The stored keys; undefined where somebody wrote one that is no JSON. */
  const readKeys = async (): Promise<readonly AuditKeyRecord[] | undefined> => {
    try {
      return await keys.list();
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  };

  async function* verify(given: readonly string[]): AsyncGenerator<VerificationStep> {
    verifying = true;
    let last: VerificationStep | undefined;
    try {
      const { examination, read } = await examiner.open(readKeys);
      try {
        yield { kind: 'progress', checked: 0, total: 0 };
        const { trusted, findings } = read
          ? await checkKeys(read, vault)
          : { trusted: [], findings: [{ code: 'key.unreadable' } as const] };
        for await (const step of examineLog(
          examination,
          { keys: trusted, stored: read, given },
          findings,
        )) {
          if (step.kind === 'progress') yield step;
          else last = step;
        }
      } finally {
        await examination.close();
      }
    } finally {
      verifying = false;
    }
    // Told only now, since whoever hears what it came to may ask for the next one.
    if (last) yield last;
  }

  return async (given) => {
    if (verifying) return err({ code: 'audit.verifying' });
    const steps = verify(given);
    await steps.next(); // from here on it gives up what it holds, even where nobody reads any step of it
    return ok(steps);
  };
}
