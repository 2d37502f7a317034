import { err, ok } from '@ambit/scope-catalog';
import type { Result } from '@ambit/scope-catalog';
import type { RevocationMatch } from '../../revocation/ports.ts';
import type { ProblemOf } from '../problem.ts';
import { decodeJti } from './decode-jti.ts';
import { fromTime } from './time.ts';

/** Which tokens to revoke, as it comes in; exactly one member counts. */
export interface WireMatch {
  readonly token?: string;
  readonly jti?: string;
  readonly client?: string;
  readonly scope?: string;
  readonly key?: string;
  readonly catalog_version?: number;
  readonly issued_before?: string;
}

type DecodeProblem = ProblemOf<'request.malformed' | 'token.malformed' | 'token.foreign'>;

/** Reads what to revoke. */
export function decodeRevocation(
  wire: WireMatch,
  issuer: string,
): Result<RevocationMatch, DecodeProblem> {
  const given = Object.keys(wire);
  if (given.length !== 1) {
    const message = `must name exactly one of what to revoke by, not ${String(given.length)}`;
    return err({ code: 'request.malformed', part: 'body', errors: [{ path: '', message }] });
  }
  if (wire.token !== undefined) {
    const jti = decodeJti(wire.token, issuer);
    return jti.ok ? ok({ kind: 'jti', jti: jti.value }) : jti;
  }
  if (wire.jti !== undefined) return ok({ kind: 'jti', jti: wire.jti });
  if (wire.client !== undefined) return ok({ kind: 'client', clientId: wire.client });
  if (wire.scope !== undefined) return ok({ kind: 'scope', scope: wire.scope });
  if (wire.key !== undefined) return ok({ kind: 'key', kid: wire.key });
  if (wire.catalog_version !== undefined) {
    return ok({ kind: 'version', version: wire.catalog_version });
  }
  const issuedBefore = Math.floor(fromTime(wire.issued_before ?? '') / 1000);
  return ok({ kind: 'issued-before', issuedBefore });
}
