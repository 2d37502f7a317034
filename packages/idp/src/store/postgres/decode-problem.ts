import type { StoreProblem } from '../problem.ts';
import { reasonOf } from '../unavailable.ts';

/** What the server says who it does not let in, in words (class 28). */
const REFUSALS: Readonly<Record<string, string>> = {
  '28000': 'it lets nobody in so: 28000',
  '28P01': 'the password is another: 28P01',
};

/** What the library says where a password is asked for and there is none. */
const NO_PASSWORD = /password must be a string/;

/** What TLS says of a certificate, in words. */
const MISTRUST: readonly (readonly [RegExp, string])[] = [
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, 'its certificate names another host'],
  [/^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$/, 'its certificate is not valid today'],
  [
    /SELF_SIGNED_CERT|^UNABLE_TO_(?:VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT)/,
    'its certificate is of an authority that is not known here',
  ],
];

/**
 * What the server, the system or TLS say of a database that cannot be used, whoever opens it or lays out its schema; undefined where
 * that is none of theirs.
 */
export function decodeProblem(error: unknown, path: string): StoreProblem | undefined {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  if (NO_PASSWORD.test(String(message))) {
    return { code: 'store.refused', path, reason: 'it asks for a password, and there is none' };
  }
  if (typeof code !== 'string') return undefined;
  const mistrust = MISTRUST.find(([pattern]) => pattern.test(code));
  if (mistrust) return { code: 'store.mistrusted', path, reason: mistrust[1] };
  switch (code) {
    case '3D000':
      return { code: 'store.missing', path };
    case '3F000':
      return { code: 'store.no_schema', path };
    case '42501':
      return { code: 'store.forbidden', path, reason: reasonOf(error) };
    case '42703':
    case '42P07':
      return { code: 'store.foreign', path }; // a table of our name that is not ours
    default:
      return code.startsWith('28')
        ? { code: 'store.refused', path, reason: REFUSALS[code] ?? code }
        : undefined;
  }
}
