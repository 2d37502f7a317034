import { SCOPE_POLICIES, SIGNING_ALGS } from '@ambit/scope-catalog';
import { CLIENT_AUTHS } from '../clients/client.ts';
import { CLIENT_NAME_MAX_LENGTH, CLIENT_NAME_PATTERN } from '../clients/client-name.ts';
import { SECRET_LABEL_MAX_LENGTH } from '../clients/client-secrets.ts';
import { JWKS_MAX_KEYS } from '../clients/public-jwks.ts';
import { closed, listOf, nonEmpty, orNull, text, TIME } from './json-schema.ts';
import type { JsonSchema } from './json-schema.ts';

/** The name of a client in a path. */
export const CLIENT_ID: JsonSchema = { type: 'string', pattern: CLIENT_NAME_PATTERN };
/** A name that is to become a client's; what is wrong with it is told by the service, in words. */
export const NEW_CLIENT_ID: JsonSchema = nonEmpty(CLIENT_NAME_MAX_LENGTH * 4);
/** The name of a role, as far as its length goes; whether there is such a role is told by the service. */
export const ROLE: JsonSchema = nonEmpty(128);
/** The name of a scope, as far as its length goes. */
export const SCOPE: JsonSchema = nonEmpty(128);
/** The `kid` of a signing key. */
export const KID: JsonSchema = { type: 'string', pattern: '^[A-Za-z0-9_-]{1,128}$' };
/** What a `jti` looks like: unreserved characters of a URI (RFC 3986 §2.3). */
export const JTI_PATTERN = '^[A-Za-z0-9._~-]{1,128}$';
/** A token, which may be longer than any of ours. */
export const TOKEN: JsonSchema = { ...nonEmpty(16_384), writeOnly: true };
/** A signature algorithm that keys are kept for. */
export const ALG: JsonSchema = { type: 'string', enum: SIGNING_ALGS };
/** The number of a catalog version, in a body. */
export const VERSION: JsonSchema = { type: 'integer', minimum: 0, maximum: 1e9 };
/** The number of a catalog version, in a path. */
export const VERSION_IN_PATH: JsonSchema = { type: 'string', pattern: '^(?:0|[1-9][0-9]{0,8})$' };

/** What a new secret is kept under. */
export const NEW_SECRET = closed({
  'label?': nonEmpty(SECRET_LABEL_MAX_LENGTH),
  'expires_at?': TIME,
});

/** A member of a JWK (RFC 7517 §4): flat, since what nests without end exhausts whoever walks through it. */
const JWK_MEMBER: JsonSchema = {
  type: ['string', 'number', 'boolean', 'array'],
  maxLength: 8192,
  items: text(8192),
  maxItems: 10,
};
const jwk: JsonSchema = {
  type: 'object',
  maxProperties: 32,
  additionalProperties: JWK_MEMBER,
};
const jwks = closed({ keys: listOf(jwk, JWKS_MAX_KEYS) });

/** Settings that a registration and an update have in common. */
export const SETTINGS = {
  'auth?': { type: 'string', enum: CLIENT_AUTHS },
  'resource_servers?': listOf(nonEmpty(128), 50),
  'default_scopes?': listOf(SCOPE, 100),
  'scope_policy?': { type: 'string', enum: SCOPE_POLICIES },
  'jwks?': orNull(jwks),
  'tls_subject_dn?': orNull(nonEmpty(512)),
  'tls_san_dns?': orNull(nonEmpty(253)),
  'tls_san_uri?': orNull(nonEmpty(512)),
  'federated?': orNull(nonEmpty(128)),
  'introspection_alg?': orNull(ALG),
} as const satisfies Readonly<Record<string, JsonSchema>>;

/** A catalog as text; its size is bounded by the body's. */
export const SOURCE = {
  source: { type: 'string', maxLength: 5 * 1024 * 1024 },
  'file?': nonEmpty(1024, 'what findings call it'),
} as const satisfies Readonly<Record<string, JsonSchema>>;

/** What a publisher relies on. */
export const PINS = {
  'base?': { ...VERSION, description: 'the version that must still be active' },
  'assignments?': {
    type: 'string',
    pattern: '^sha256:[0-9a-f]{64}$',
    description: 'the role assignments that must still be so, as a plan names them',
  },
} as const satisfies Readonly<Record<string, JsonSchema>>;
