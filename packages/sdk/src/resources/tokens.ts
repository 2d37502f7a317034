import { present } from '@ambit/scope-catalog';
import type { Connection, Page } from '../connection.ts';
import type {
  Introspection,
  TokenExplanation,
  TokenTrace,
  WireRevocation,
} from '../wire/tokens.ts';

const READ = { needs: ['ambit.token:read'] };
const REVOKE = { needs: ['ambit.token:revoke'] };

/** Which tokens a revocation covers. */
export type RevocationMatch =
  | { readonly token: string }
  | { readonly jti: string }
  | { readonly client: string }
  | { readonly scope: string }
  | { readonly key: string }
  | { readonly catalog_version: number }
  | { readonly issued_before: string };

/** Issued tokens, and the rules that revoke them. */
export const tokensResource = (connection: Connection) => ({
  introspect: (token: string): Promise<Introspection> =>
    connection.request('POST', '/tokens/introspect', { ...READ, body: { token } }),

  /** `token` is a JWT or a `jti`. */
  explain: (token: string): Promise<TokenExplanation> =>
    connection.request('POST', '/tokens/explain', { ...READ, body: { token } }),

  /** The tree of exchanges that a token, or the token of a `jti`, is of. */
  trace: (token: string): Promise<TokenTrace> =>
    connection.request('POST', '/tokens/trace', { ...READ, body: { token } }),

  revocations: (): Promise<Page<WireRevocation>> => connection.list('/revocations', READ),

  revoke: (match: RevocationMatch, reason?: string): Promise<WireRevocation> =>
    connection.request('POST', '/revocations', {
      ...REVOKE,
      body: { ...match, ...present({ reason }) },
    }),
});
