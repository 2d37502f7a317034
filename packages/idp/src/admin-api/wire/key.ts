import type { KeyInfo } from '../../keys/key-service.ts';
import { timeMember, toTime } from './time.ts';

/** A signing key. */
export const toWireKey = (key: KeyInfo): object => ({
  kid: key.kid,
  alg: key.alg,
  state: key.state,
  created_at: toTime(key.createdAt),
  published_at: toTime(key.publishedAt),
  ...timeMember('may_sign_from', key.maySignFrom),
  ...timeMember('may_destroy_from', key.mayDestroyFrom),
  ...timeMember('activated_at', key.activatedAt),
  ...timeMember('retired_at', key.retiredAt),
  ...timeMember('destroyed_at', key.destroyedAt),
  overdue: key.overdue,
});
