import { err, ok } from '@ambit/scope-catalog';
import type { Result } from '@ambit/scope-catalog';
import type { Actor } from '../actor.ts';
import type { ActorRefusal, Changes } from '../change.ts';
import { isAddressOrNetwork } from '../network.ts';
import type { Ports, Storage } from '../storage.ts';
import type { PersonalMatch } from './ports.ts';

/** Why nothing is erased: what was given is no address, and no record holds it. */
export interface ErasureRefusal {
  readonly code: 'audit.no_address';
}

/** Erases what the log says of one person. */
export interface Erasure {
  /** Erases the personal fields of every record that holds this address or subject; gives how many there were. */
  erase(match: PersonalMatch, actor: Actor): Promise<Result<number, ErasureRefusal | ActorRefusal>>;
}

/** How many records are looked at in one go; those that are found are erased in one transaction. */
const SPAN = 500;

const ATTEMPT = {
  event: 'audit.personal_erased',
  target: { kind: 'audit', id: 'personal' },
  scopes: ['ambit.audit:erase'],
} as const;

/**
 * Makes the erasure for one person.
 *
 * It goes through the log from its beginning, so that it takes a while and holds nobody up. What was asked for is not
 * repeated anywhere: the record of it says which field, and how many records there were. A proxy may have told anything for an
 * address, so what is none is refused only once no record was found to hold it.
 */
export const createErasure = (deps: {
  readonly storage: Pick<Storage<Pick<Ports, 'auditRetention'>>, 'read'>;
  readonly changes: Changes;
}): Erasure => ({
  async erase(match, actor) {
    const { storage, changes } = deps;
    let records = 0;
    for (let after: number | undefined = 0; after !== undefined;) {
      const found = await storage.read.auditRetention.findPersonal(match, after, SPAN);
      after = found.next;
      if (found.ids.length > 0) {
        const erased = await changes<undefined, ActorRefusal>(actor, ATTEMPT, async ({ tx }) => {
          await tx.auditRetention.erasePersonal(found.ids);
          return ok(undefined);
        });
        if (!erased.ok) return erased;
        records += found.ids.length;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    const field = 'address' in match ? 'address' : 'external_subject';
    return changes<number, ErasureRefusal>(actor, ATTEMPT, async ({ record }) => {
      if (records === 0 && 'address' in match && !isAddressOrNetwork(match.address)) {
        return err({ code: 'audit.no_address' });
      }
      await record([], { after: { field, records } });
      return ok(records);
    });
  },
});
