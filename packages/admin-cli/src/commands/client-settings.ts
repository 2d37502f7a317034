import type { ClientUpdate } from '@ambit/sdk';
import { PRIVATE_JWK_MEMBERS, SCOPE_POLICIES, SIGNING_ALGS } from '@ambit/scope-catalog';
import type { Input, OptionSpec } from '../syntax.ts';
import type { Context } from '../context.ts';
import { Failure } from '../failure.ts';

/** Ways for a client to prove who it is. */
const AUTH_METHODS = [
  'secret',
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
  'none',
];

/** Flags that say what a client is to be. */
export const CLIENT_OPTIONS: readonly OptionSpec[] = [
  { flag: '--role', value: 'ROLE', about: 'a role it holds', repeatable: true },
  {
    flag: '--resource-server',
    value: 'RS',
    about: 'a resource server it is a credential of',
    repeatable: true,
  },
  {
    flag: '--default-scope',
    value: 'SCOPE',
    about: 'a scope it gets when it asks for none',
    repeatable: true,
  },
  {
    flag: '--scope-policy',
    value: 'POLICY',
    about: '`strict`: all it asks for or nothing; `partial`: what can be granted',
    choices: SCOPE_POLICIES,
  },
  { flag: '--auth', value: 'METHOD', about: 'how it proves who it is', choices: AUTH_METHODS },
  { flag: '--jwks', value: 'FILE', about: 'its public keys (RFC 7517), or `-`' },
  { flag: '--tls-subject-dn', value: 'DN', about: 'subject of its certificate (RFC 8705)' },
  { flag: '--tls-san-dns', value: 'NAME', about: 'DNS name in its certificate' },
  { flag: '--tls-san-uri', value: 'URI', about: 'URI in its certificate' },
  {
    flag: '--federated',
    value: 'ISSUER',
    about: "the catalog's name of the issuer that vouches for it",
  },
  {
    flag: '--introspection-alg',
    value: 'ALG',
    about: 'signs the introspection answers it gets (RFC 9701)',
    choices: [...SIGNING_ALGS, ''],
  },
];

/** Decodes what the flags say about a client, its roles aside. An empty value clears a setting. */
export async function decodeSettings(input: Input, context: Context): Promise<ClientUpdate> {
  const jwks = input.value('--jwks');
  const settings = {
    resource_servers: wholeList(input.values('--resource-server')),
    default_scopes: wholeList(input.values('--default-scope')),
    scope_policy: input.value('--scope-policy'),
    auth: input.value('--auth'),
    jwks: jwks === undefined ? undefined : await readPublicKeys(jwks, context),
    tls_subject_dn: orNull(input.value('--tls-subject-dn')),
    tls_san_dns: orNull(input.value('--tls-san-dns')),
    tls_san_uri: orNull(input.value('--tls-san-uri')),
    federated: orNull(input.value('--federated')),
    introspection_alg: orNull(input.value('--introspection-alg')),
  };
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as ClientUpdate;
}

/** The way of authenticating that the settings of a new client leave open to no doubt. */
export function impliedAuth(settings: ClientUpdate): Pick<ClientUpdate, 'auth'> {
  if (settings.auth !== undefined) return { auth: settings.auth };
  if (settings.federated !== undefined) return { auth: 'none' };
  if (settings.jwks !== undefined) return { auth: 'private_key_jwt' };
  const { tls_subject_dn: dn, tls_san_dns: dns, tls_san_uri: uri } = settings;
  return [dn, dns, uri].some((value) => value !== undefined) ? { auth: 'tls_client_auth' } : {};
}

/** The values of a repeated flag; one empty value stands for the empty list. */
export const wholeList = (values: readonly string[] | undefined): readonly string[] | undefined =>
  values?.filter((value) => value !== '');

const orNull = (value: string | undefined): string | null | undefined =>
  value === '' ? null : value;

async function readPublicKeys(file: string, context: Context): Promise<unknown> {
  if (file === '') return null;
  const jwks = parseJwks(await context.read(file));
  if (jwks === undefined) {
    throw new Failure(
      'usage',
      `\`${file}\` holds no JSON Web Key Set`,
      'it must be `{"keys": [...]}`',
    );
  }
  if (jwks.keys.some((key) => PRIVATE_JWK_MEMBERS.some((member) => member in key))) {
    throw new Failure(
      'usage',
      `\`${file}\` holds a private key; nothing was sent`,
      'give the public half alone, and keep the private one where it is used',
    );
  }
  return jwks;
}

function parseJwks(text: string): { readonly keys: readonly object[] } | undefined {
  try {
    const { keys } = JSON.parse(text) as { keys?: unknown };
    const isSet =
      Array.isArray(keys) && keys.every((key) => typeof key === 'object' && key !== null);
    return isSet ? { keys: keys as object[] } : undefined;
  } catch {
    return undefined;
  }
}
