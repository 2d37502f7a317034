import type { SigningKeyView } from '../ports.ts';
import { timeMember, toTime } from './time.ts';

/** A signing key. It is published from the moment it is made. */
export const toWireKey = (key: SigningKeyView): object => ({
  kid: key.kid,
  alg: key.alg,
  state: key.state,
  created_at: toTime(key.createdAt),
  published_at: toTime(key.createdAt),
  ...timeMember('may_sign_from', key.maySignFrom),
  ...timeMember('activated_at', key.activatedAt),
  ...timeMember('retired_at', key.retiredAt),
  ...timeMember('destroyed_at', key.destroyedAt),
  overdue: key.overdue,
});
