import { compose } from '../compose/compose.ts';
import type { Ambit } from '../compose/compose.ts';
import type { Ground } from '../compose/ground.ts';
import { CatalogUnusable } from '../snapshot/create-snapshots.ts';
import { CommandFailed } from './failure.ts';

/** Composes Ambit; what an operator can mend is one line instead of a stack trace. */
export async function composeHouse(ground: Ground): Promise<Ambit> {
  try {
    return await compose(ground);
  } catch (error) {
    if (!(error instanceof CatalogUnusable)) throw error;
    throw new CommandFailed({
      message: `the active catalog version does not fit the issuer \`${ground.issuer}\`: ${error.message}`,
      hint: 'set `AMBIT_ISSUER` to what it was, and publish a catalog that fits before the issuer changes',
    });
  }
}
