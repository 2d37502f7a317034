import { err, ok } from '@ambit/scope-catalog';
import type { Result } from '@ambit/scope-catalog';
import { JTI_PATTERN } from '../inputs.ts';
import type { ProblemOf } from '../problem.ts';

/**
 * Reads the `jti` of a token, or takes the text for one. The signature is not asked for: whoever may name a token may
 * name any `jti`, and one of a token that was never issued stands for nothing.
 */
export function decodeJti(
  token: string,
  issuer: string,
): Result<string, ProblemOf<'token.malformed' | 'token.foreign'>> {
  const parts = token.split('.');
  const isJti = new RegExp(JTI_PATTERN);
  if (parts.length !== 3) {
    return isJti.test(token) ? ok(token) : err({ code: 'token.malformed' });
  }
  try {
    const payload: unknown = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString());
    const { jti, iss } = payload as { readonly jti?: unknown; readonly iss?: unknown };
    if (typeof iss !== 'string' || typeof jti !== 'string' || !isJti.test(jti)) {
      return err({ code: 'token.malformed' });
    }
    return iss === issuer ? ok(jti) : err({ code: 'token.foreign', issuer: iss });
  } catch {
    return err({ code: 'token.malformed' });
  }
}
