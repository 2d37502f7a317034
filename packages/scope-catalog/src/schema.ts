import { QUOTA_HOLDERS, QUOTA_MODES, RISKS, SENDER_CONSTRAINTS, SIGNING_ALGS } from './document.ts';
import { KEY_MAX_LENGTH, SCOPE_NAME_MAX_LENGTH, SEGMENT_PATTERN } from './scope-name.ts';

/** The lifetime of an access token where nothing says otherwise. */
export const DEFAULT_LIFETIME_SECONDS = 300;

/** The shortest lifetime that a catalog may give an access token. */
export const LIFETIME_SECONDS_MIN = 30;

/** The longest lifetime that a catalog may give an access token. */
export const LIFETIME_SECONDS_MAX = 3600;

/** The most tokens that a quota may allow in its window. */
export const QUOTA_LIMIT_MAX = 1_000_000_000;

/** The longest window of a quota: thirty days. */
export const QUOTA_WINDOW_SECONDS_MAX = 2_592_000;

/** At most five actors stand one behind the other in a token. */
export const DELEGATION_DEPTH_MAX = 5;

/** Members of a JWK that hold private or symmetric key material (RFC 7518 §6). */
export const PRIVATE_JWK_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

const resourceKey = `${SEGMENT_PATTERN}(?::${SEGMENT_PATTERN})?`;

/**
 * Texts are shown on terminals and in reviews, so they hold neither control characters (but the line feed) nor marks
 * that reorder what one sees, and no half surrogate pairs, which the canonical form cannot carry (RFC 8785 §3.2.2.2).
 */
const PATTERNS = {
  segment: `^${SEGMENT_PATTERN}$`,
  resourceKey: `^${resourceKey}$`,
  scopeOrWildcard: `^${resourceKey}:(?:${SEGMENT_PATTERN}|\\*)$`,
  text: '^[^\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff]*$',
  uri: "^[a-zA-Z][a-zA-Z0-9+.-]*:[a-zA-Z0-9._~:/?@!$&'()*+,;=%[\\]-]+$",
  httpUrl: "^https?://[a-zA-Z0-9._~:/?@!$&'()*+,;=%[\\]-]+$",
  clientId: '^[\\x21-\\x7e]+$',
  claim: '^[\\x21-\\x7e]+$',
} as const;

/** What to do about a text that does not match a pattern of the schema. */
export const PATTERN_HINTS: ReadonlyMap<string, string> = new Map([
  [PATTERNS.segment, 'begin with a-z or 0-9 and go on with a-z, 0-9, `.`, `_` or `-`'],
  [
    PATTERNS.resourceKey,
    'write `resource` or `service:resource`; each part begins with a-z or 0-9 and goes on with a-z, 0-9, `.`, `_` or `-`',
  ],
  [
    PATTERNS.scopeOrWildcard,
    'name a scope as `resource:action`, or in a role every action of one resource as `resource:*`',
  ],
  [PATTERNS.text, 'leave out control characters and marks that change the direction of text'],
  [PATTERNS.uri, 'write an absolute URI without a fragment (RFC 8707 §2)'],
  [PATTERNS.httpUrl, 'write an http or https URL'],
  [PATTERNS.clientId, 'write the name of a client: printable ASCII without spaces'],
  [PATTERNS.claim, 'write the name of a claim: printable ASCII without spaces'],
]);

const text = (maxLength: number) => ({
  type: 'string',
  minLength: 1,
  maxLength,
  pattern: PATTERNS.text,
});
const named = (pattern: string, maxLength: number) => ({
  type: 'string',
  minLength: 1,
  maxLength,
  pattern,
});
const closed = (properties: Record<string, object>, required: string[] = []) => ({
  type: 'object',
  additionalProperties: false,
  properties,
  required,
});
const mapOf = (propertyNames: object, additionalProperties: object, maxProperties: number) => ({
  type: 'object',
  propertyNames,
  additionalProperties,
  maxProperties,
});
const setOf = (items: object, maxItems: number, minItems = 0) => ({
  type: 'array',
  items,
  minItems,
  maxItems,
  uniqueItems: true,
});

const key = named(PATTERNS.segment, KEY_MAX_LENGTH);
const scope = named(PATTERNS.scopeOrWildcard, SCOPE_NAME_MAX_LENGTH);
const clientId = named(PATTERNS.clientId, SCOPE_NAME_MAX_LENGTH);
const date = { type: 'string', format: 'date' };
const lifetimeSeconds = {
  type: 'integer',
  minimum: LIFETIME_SECONDS_MIN,
  maximum: LIFETIME_SECONDS_MAX,
};

const quota = closed(
  {
    limit: { type: 'integer', minimum: 1, maximum: QUOTA_LIMIT_MAX },
    windowSeconds: { type: 'integer', minimum: 1, maximum: QUOTA_WINDOW_SECONDS_MAX },
    per: { enum: QUOTA_HOLDERS },
    mode: { enum: QUOTA_MODES },
  },
  ['limit', 'windowSeconds', 'per'],
);

const action = closed({
  description: text(1000),
  risk: { enum: RISKS },
  lifetimeSeconds,
  deprecated: closed({ since: date, sunset: date, successor: scope }, ['since']),
  quota,
});

const resource = closed(
  {
    description: text(1000),
    actions: mapOf(named(PATTERNS.segment, SCOPE_NAME_MAX_LENGTH), action, 10_000),
  },
  ['actions'],
);

const resourceServer = closed(
  {
    audience: named(PATTERNS.uri, 512),
    description: text(1000),
    owner: text(200),
    accessToken: closed({
      lifetimeSeconds,
      signingAlg: { enum: SIGNING_ALGS },
      senderConstrained: { enum: SENDER_CONSTRAINTS },
    }),
    resources: mapOf(named(PATTERNS.resourceKey, SCOPE_NAME_MAX_LENGTH), resource, 10_000),
  },
  ['audience', 'resources'],
);

const role = closed({
  description: text(1000),
  inherits: setOf(key, 100),
  scopes: setOf(scope, 20_000),
});

const delegation = closed(
  {
    actor: { ...closed({ role: key, client: clientId }), minProperties: 1, maxProperties: 1 },
    holding: setOf(scope, 100),
    may: setOf(scope, 1000, 1),
    maxDepth: { type: 'integer', minimum: 1, maximum: DELEGATION_DEPTH_MAX },
  },
  ['actor', 'holding', 'may'],
);

const jwk = {
  type: 'object',
  required: ['kty'],
  propertyNames: { not: { enum: PRIVATE_JWK_MEMBERS }, maxLength: 64 },
  additionalProperties: {
    type: ['string', 'boolean', 'array'],
    maxLength: 4096,
    pattern: PATTERNS.text,
    maxItems: 10,
    items: text(4096),
  },
  maxProperties: 20,
};

const federation = closed(
  {
    issuer: named(PATTERNS.httpUrl, 512),
    audience: text(512),
    jwksUri: named(PATTERNS.httpUrl, 512),
    jwks: closed({ keys: { type: 'array', items: jwk, minItems: 1, maxItems: 20 } }, ['keys']),
    rules: {
      type: 'array',
      maxItems: 1000,
      items: closed(
        {
          match: { ...mapOf(named(PATTERNS.claim, 128), text(1000), 20), minProperties: 1 },
          client: clientId,
          scopes: setOf(scope, 1000, 1),
          translate: closed(
            { claim: named(PATTERNS.claim, 128), names: mapOf(text(200), scope, 1000) },
            ['names'],
          ),
          once: { type: 'boolean' },
        },
        ['match', 'client', 'scopes'],
      ),
    },
  },
  ['issuer', 'audience', 'rules'],
);

/** The JSON Schema (draft 7) of a catalog document: every property, and a bound on every length. */
export const CATALOG_SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Ambit scope catalog',
  ...closed(
    {
      catalog: key,
      resourceServers: mapOf(key, resourceServer, 1000),
      roles: mapOf(key, role, 5000),
      delegation: { type: 'array', items: delegation, maxItems: 10_000 },
      federation: mapOf(key, federation, 100),
    },
    ['catalog', 'resourceServers'],
  ),
} as const;
