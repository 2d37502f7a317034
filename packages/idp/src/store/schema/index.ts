import { initialSchema } from './001-initial.ts';
import { derivations } from './002-derivations.ts';
import { auditChain } from './003-audit-chain.ts';
import { quotas } from './004-quotas.ts';
import { auditProof } from './005-audit-proof.ts';
import { auditEventWords } from './006-audit-event-words.ts';
import { auditActorWords } from './007-audit-actor-words.ts';
import type { Migration } from './migration.ts';

/** Every migration in order; the schema version is how many have run. */
export const MIGRATIONS: readonly Migration[] = [
  initialSchema,
  derivations,
  auditChain,
  quotas,
  auditProof,
  auditEventWords,
  auditActorWords,
];
