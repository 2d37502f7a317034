import { err, ok } from '@ambit/scope-catalog';
import type { Result } from '@ambit/scope-catalog';
import type { RevocationMatch } from '../../revocation/ports.ts';
import { JTI_PATTERN } from '../inputs.ts';
import type { ProblemOf } from '../problem.ts';
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
  if (wire.token !== undefined) return decodeToken(wire.token, issuer);
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

/**
 * Reads the `jti` of a token, or takes the text for one. The signature is not asked for: whoever may revoke may
 * revoke any `jti`, and one of a token that was never issued covers nothing.
 */
function decodeToken(token: string, issuer: string): Result<RevocationMatch, DecodeProblem> {
  const parts = token.split('.');
  const isJti = new RegExp(JTI_PATTERN);
  if (parts.length !== 3) {
    return isJti.test(token) ? ok({ kind: 'jti', jti: token }) : err({ code: 'token.malformed' });
  }
  try {
    const payload: unknown = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString());
    const { jti, iss } = payload as { readonly jti?: unknown; readonly iss?: unknown };
    if (typeof iss !== 'string' || typeof jti !== 'string' || !isJti.test(jti)) {
      return err({ code: 'token.malformed' });
    }
    return iss === issuer ? ok({ kind: 'jti', jti }) : err({ code: 'token.foreign', issuer: iss });
  } catch {
    return err({ code: 'token.malformed' });
  }
}
