import { present } from '@ambit/scope-catalog';
import type { AuditEntry } from '../audit/record.ts';
import type { ActiveCatalog } from '../snapshot/snapshot.ts';
import type { AccessTokenClaims } from './access-token.ts';
import { actorsOf } from './act-claim.ts';

/** What a record says of a token of ours that somebody has presented; its resource server by the active catalog. */
export const tokenFacts = (
  { jti, sub, client_id: client, aud, act, exp }: AccessTokenClaims,
  { compiled }: ActiveCatalog,
): Partial<AuditEntry> => ({
  jti,
  subject: sub,
  client,
  audience: aud,
  expiresAt: exp,
  ...present({
    resourceServer: compiled.resourceServersByAudience.get(aud)?.name,
    actors: act && actorsOf(act),
  }),
});
