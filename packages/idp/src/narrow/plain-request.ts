import type { IncomingMessage } from 'node:http';
import type { AskedRequest } from '../oauth/asked-request.ts';
import { ENDPOINTS } from '../oauth/endpoints.ts';
import { TOKEN_EXCHANGE } from '../oauth/grant-types.ts';
import { readCredential } from './plain-credential.ts';
import type { Credential } from './plain-credential.ts';
import { readForm } from './plain-form.ts';
import type { Form, Name } from './plain-form.ts';

/** What a plain request asks for. */
export type PlainKind = 'client_credentials' | 'token_exchange' | 'introspection';

/** A request that has nothing but what the plain case has, each of it once. */
export interface PlainRequest extends Credential {
  readonly kind: PlainKind;
  readonly endpoint: AskedRequest['endpoint'];
  readonly parameters: Form;
}

/** What every plain request may have. */
const COMMON: readonly Name[] = ['client_id', 'client_secret'];

/** What one of each kind may have beside that. */
const PARAMETERS: Readonly<Record<PlainKind, ReadonlySet<string>>> = {
  client_credentials: new Set<Name>([...COMMON, 'grant_type', 'scope', 'resource']),
  token_exchange: new Set<Name>([
    ...COMMON,
    ...(['grant_type', 'scope', 'resource', 'audience', 'requested_token_type'] as const),
    ...(['subject_token', 'subject_token_type', 'actor_token', 'actor_token_type'] as const),
  ]),
  introspection: new Set<Name>([...COMMON, 'token', 'token_type_hint']),
};

/** The characters of a scope, with one space between two (RFC 6749 §3.3). */
const SCOPE = /^[\x21\x23-\x5B\x5D-\x7E]+(?: [\x21\x23-\x5B\x5D-\x7E]+)*$/;

/**
 * Reads a plain request, from a head that is plain and its body: client_credentials, a token exchange or an introspection, by
 * a client that shows one secret. Undefined for every other; what is wrong with it, if anything is, is for the road to say
 * that knows all of them.
 */
export function readPlainRequest(
  { url, headers: { authorization } }: IncomingMessage,
  body: string,
): PlainRequest | undefined {
  const form = readForm(body);
  if (form === undefined) return undefined;
  const endpoint = url === ENDPOINTS.token ? 'token' : 'introspection';
  const kind = endpoint === 'token' ? grantOf(form) : introspectionOf(form);
  if (kind === undefined || !hasNoMore(form, PARAMETERS[kind])) return undefined;
  const credential = readCredential(authorization, form);
  return credential && { kind, endpoint, ...credential, parameters: form };
}

function grantOf({ grant_type: grantType, scope }: Form): PlainKind | undefined {
  if (scope !== undefined && !SCOPE.test(scope)) return undefined;
  if (grantType === 'client_credentials') return 'client_credentials';
  return grantType === TOKEN_EXCHANGE ? 'token_exchange' : undefined;
}

const introspectionOf = ({ token }: Form): PlainKind | undefined =>
  token === undefined ? undefined : 'introspection';

const hasNoMore = (form: Form, names: ReadonlySet<string>): boolean =>
  Object.keys(form).every((name) => names.has(name));
