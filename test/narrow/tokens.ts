import type { KeyRing, SigningKey } from '../../packages/idp/src/keys/key-ring.ts';
import type { AccessTokenClaims } from '../../packages/idp/src/tokens/access-token.ts';
import { signAccessToken } from '../../packages/idp/src/tokens/sign-access-token.ts';
import type { OidcHarness } from '../../packages/idp/test/support/oidc-harness.ts';
import type { Shown } from './draft.ts';
import { makeMandates } from './mandates.ts';
import { issuerOf } from './issue.ts';

/** The `jti` that a rule of both servers covers. */
export const REVOKED = 'revoked';

/** Tokens to be presented: some that the server issues, and some that it would not issue now, or never. */
export async function makeTokens(
  server: OidcHarness,
  issuer: string,
  keys: KeyRing,
): Promise<Shown> {
  const issue = issuerOf(server);
  const issued = [
    await issue('viewer', { scope: 'orders:read' }),
    await issue('editor', { scope: 'orders:read orders:write' }),
    await issue('editor', { scope: 'stock:read' }),
    await issue('default', { resource: 'https://api.shop.example' }),
    await issue('anybody', { scope: 'few:leave' }),
  ];
  const strange = forged(issuer, keys, server.now);
  const mandates = await makeMandates(issue, strange);
  return { tokens: [...issued, ...mandates.map(({ subject }) => subject), ...strange], mandates };
}

function forged(issuer: string, { active, published }: KeyRing, now: number): string[] {
  const key = active.get('ES256') as SigningKey;
  const iat = Math.floor(now / 1000);
  const plain: AccessTokenClaims = {
    ...{ iss: issuer, sub: 'editor', client_id: 'editor', aud: 'https://api.shop.example' },
    ...{ exp: iat + 3000, iat, jti: 'made', scope: 'orders:read', catalog_version: 1, rev: 1 },
  };
  const claims: readonly Partial<AccessTokenClaims>[] = [
    {},
    { exp: iat },
    { exp: iat + 600, jti: 'soon' },
    { jti: REVOKED },
    { exp: iat + 30, jti: 'sooner' },
    { may_act: { sub: 'shop-api' }, jti: 'may-act' },
    { may_act: { sub: 'editor' }, jti: 'may-not-act' },
    { cnf: { jkt: 'thumbprint-of-a-key' } },
    { cnf: { 'x5t#S256': 'thumbprint-of-a-certificate' } },
    { client_id: 'gone', sub: 'gone' },
    { client_id: 'off', sub: 'off' },
    { client_id: 'nobody', sub: 'nobody' },
    { iss: 'https://elsewhere.example' },
    { aud: 'https://stock.shop.example' },
    { scope: 'orders:read no:such orders:refund' },
    { scope: 'no:such' },
    { act: { sub: 'stock-api' }, jti: 'underived' },
    { fed: { issuer: 'works', rule: 'none' } },
    { sub: 5 as never },
  ];
  const retired = { ...key, kid: 'old' };
  const signed = claims.map((more) => signAccessToken(key, { ...plain, ...more }));
  const [first = ''] = signed;
  const [, payload = '', signature = ''] = first.split('.');
  const header = (more: object): string =>
    Buffer.from(JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid: key.kid, ...more })).toString(
      'base64url',
    );
  return [
    ...signed,
    ...(published.has('old') ? [signAccessToken(retired, plain)] : []),
    `${header({ typ: 'JWT' })}.${payload}.${signature}`,
    `${header({ kid: 'none' })}.${payload}.${signature}`,
    `${header({ alg: 'none' })}.${payload}.`,
    `${first}=`,
    `${first}.${first}`,
    'opaque',
    'ambit_not-a-token',
    'x'.repeat(16_385),
  ];
}
