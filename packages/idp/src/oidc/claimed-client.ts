import type { KoaContextWithOIDC } from 'oidc-provider';
import { decodeToken } from '../federation/external-token.ts';

/**
 * The name by which a request claims to be a client: in the basic scheme, as `client_id`, or as the `sub` of an
 * assertion; empty where there is none.
 *
 * INVARIANT: it is read from the request alone, so that whatever follows from it is the same whether there is such a
 * client or not.
 */
export function claimedClient(ctx: KoaContextWithOIDC): string {
  const { client_id: clientId, client_assertion: assertion } = (ctx.oidc.params ?? {}) as Readonly<
    Record<string, unknown>
  >;
  if (typeof clientId === 'string') return clientId;
  if (typeof assertion === 'string') {
    const { sub } = decodeToken(assertion)?.claims ?? {};
    return typeof sub === 'string' ? sub : '';
  }
  return nameInBasic(ctx.headers.authorization ?? '');
}

/** The name in the basic scheme, which is form-encoded there (RFC 6749 §2.3.1). */
function nameInBasic(authorization: string): string {
  const [, credentials = ''] = /^basic ([a-z0-9+/]+=*)$/i.exec(authorization) ?? [];
  const [name = ''] = Buffer.from(credentials, 'base64').toString('utf8').split(':', 1);
  return new URLSearchParams(`name=${name}`).get('name') ?? '';
}
