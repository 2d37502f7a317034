import { toWireStep } from '../admin-api/wire/verification.ts';
import { createVerifyLog } from '../audit/verification/verify-log.ts';
import type { Verification } from '../audit/verification/examine-log.ts';
import type { Config } from '../config/config.ts';
import { readCheckpointFile } from './checkpoint-file.ts';
import { CommandFailed } from './failure.ts';
import { lostPart } from './lost-part.ts';
import { openHouse } from './open-house.ts';
import type { House } from './open-house.ts';

/** What the command ends with where the log is broken, as `ambit audit verify` does. */
const BROKEN = 5;

/**
 * Verifies the audit log in the store itself, whether a server runs on it or not; writes what it came to as JSON, in the form of
 * `ambit audit verify`, and nothing into the store. It is for a copy, and for a log that was tampered with so that no record
 * fits in, without which no server gives out the token that `ambit` needs to ask for a verification.
 */
export async function verifyCommand(config: Config, files: readonly string[]): Promise<void> {
  const given = await Promise.all(files.map((file) => readCheckpointFile(file)));
  const house = await openHouse(config, { migrate: false }, Date.now);
  try {
    const verification = await verifyAll(house, given);
    const { step: _, ...wire } = toWireStep(verification) as Record<string, unknown>;
    process.stdout.write(`${JSON.stringify(wire, null, 2)}\n`);
    process.exitCode = verification.whole ? 0 : BROKEN;
  } catch (error) {
    const part = lostPart(error);
    if (part === undefined) throw error;
    throw new CommandFailed({
      message: `the audit log is broken: the ${part} is gone`,
      hint: 'restore the database from a backup',
      exit: BROKEN,
    });
  } finally {
    await house.store.close();
  }
}

/** Verifies the log to the end. */
async function verifyAll(
  { store, vault }: House,
  given: readonly string[],
): Promise<Verification & { readonly kind: 'done' }> {
  const keys = store.storage.read.auditKeys;
  const verifyLog = createVerifyLog({ examiner: store.examiner, keys, vault });
  const begun = await verifyLog(given);
  if (!begun.ok) throw new Error('a verification that nobody else asked for is under way');
  for await (const step of begun.value) if (step.kind === 'done') return step;
  throw new Error('the verification came to no end');
}
