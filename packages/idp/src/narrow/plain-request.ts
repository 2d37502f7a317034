import type { IncomingMessage } from 'node:http';
import type { AskedRequest } from '../oauth/asked-request.ts';
import { ENDPOINTS } from '../oauth/endpoints.ts';
import { PARAMETER_MAX_LENGTHS } from '../oauth/parameters.ts';

/** A request that has nothing but what the plain case has, each of it once. */
export interface PlainRequest extends AskedRequest {
  readonly endpoint: 'token' | 'introspection';
  readonly clientId: string;
  readonly clientSecret: string;
  readonly parameters: Readonly<Record<string, string>>;
}

type Name = keyof typeof PARAMETER_MAX_LENGTHS;
type Form = Readonly<Partial<Record<Name, string>>>;

const CREDENTIAL: readonly Name[] = ['client_id', 'client_secret'];
const TOKEN_NAMES: ReadonlySet<string> = new Set([
  ...CREDENTIAL,
  'grant_type',
  'scope',
  'resource',
]);
const INTROSPECTION_NAMES: ReadonlySet<string> = new Set([
  ...CREDENTIAL,
  'token',
  'token_type_hint',
]);

/** The characters of a scope, with one space between two (RFC 6749 §3.3). */
const SCOPE = /^[\x21\x23-\x5B\x5D-\x7E]+(?: [\x21\x23-\x5B\x5D-\x7E]+)*$/;

/** A form as it is sent: nothing in it needs a character set. */
const FORM = /^[\x21-\x7E]+$/;

/**
 * Reads a plain request, from a head that is plain and its body: client_credentials or an introspection by a client that
 * shows one secret, in the basic scheme or in the form. Undefined for every other; what is wrong with it, if anything is, is
 * for the road to say that knows all of them.
 */
export function readPlainRequest(
  { url, headers: { authorization } }: IncomingMessage,
  body: string,
): PlainRequest | undefined {
  const endpoint = url === ENDPOINTS.token ? 'token' : 'introspection';
  const form = readForm(body, endpoint === 'token' ? TOKEN_NAMES : INTROSPECTION_NAMES);
  if (form === undefined || !isWellAsked(endpoint, form)) return undefined;
  const credential = authorization === undefined ? inForm(form) : inBasic(authorization, form);
  return credential && { endpoint, ...credential, parameters: form };
}

function readForm(body: string, names: ReadonlySet<string>): Form | undefined {
  if (!FORM.test(body)) return undefined;
  const form: Partial<Record<Name, string>> = {};
  for (const pair of body.split('&')) {
    const equals = pair.indexOf('=');
    const name = pair.slice(0, Math.max(equals, 0)) as Name;
    const value = decode(pair.slice(equals + 1));
    if (!names.has(name) || form[name] !== undefined || !value) return undefined;
    if (value.length > PARAMETER_MAX_LENGTHS[name]) return undefined;
    form[name] = value;
  }
  return form;
}

/** The value of a field of a form; undefined where its escapes are none. */
function decode(value: string): string | undefined {
  if (!/[%+]/.test(value)) return value;
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

function isWellAsked(endpoint: PlainRequest['endpoint'], form: Form): boolean {
  if (endpoint === 'introspection') return form.token !== undefined;
  const { grant_type: grantType, scope } = form;
  return grantType === 'client_credentials' && (scope === undefined || SCOPE.test(scope));
}

type Credential = Pick<PlainRequest, 'clientId' | 'clientSecret'>;

function inForm({ client_id: clientId, client_secret: clientSecret }: Form) {
  return clientId === undefined || clientSecret === undefined
    ? undefined
    : { clientId, clientSecret };
}

/** Base64 with all of its padding. */
const BASIC = /^basic ((?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/i;

/** A name and a secret that mean the same whether they are form-encoded or not (RFC 6749 §2.3.1). */
const NAME_AND_SECRET = /^([\w.~-]+):([\w.~-]+)$/;

function inBasic(authorization: string, form: Form): Credential | undefined {
  if (form.client_id !== undefined || form.client_secret !== undefined) return undefined;
  const encoded = BASIC.exec(authorization)?.[1];
  if (encoded === undefined) return undefined;
  const decoded = Buffer.from(encoded, 'base64').toString('latin1');
  const [, clientId, clientSecret] = NAME_AND_SECRET.exec(decoded) ?? [];
  return clientId === undefined || clientSecret === undefined
    ? undefined
    : { clientId, clientSecret };
}
