import { SCOPE_POLICIES, SIGNING_ALGS } from '@ambit/scope-catalog';
import { CLIENT_AUTHS } from '../clients/client.ts';
import { KEY_STATES } from '../keys/ports.ts';
import { AUDIT_SCHEMAS } from './audit-schemas.ts';
import { BOOLEAN, closed, INTEGER, listOf, named, STRING, STRINGS, TIME } from './json-schema.ts';
import type { JsonSchema } from './json-schema.ts';

const entitlementChange = closed({
  client: STRING,
  role: STRING,
  scope: STRING,
  'revived?': { type: 'boolean', description: 'the role was gone and comes back' },
  'disabled?': { type: 'boolean', description: 'the client is disabled' },
});

/** A scope within reach of an actor by delegation. */
const reach = closed({
  client: STRING,
  scope: STRING,
  holding: STRINGS,
  max_depth: INTEGER,
  'disabled?': BOOLEAN,
});

const credential = closed({ client: STRING, resource_server: STRING, audience: STRING });
const assignmentOf = closed({ client: STRING, role: STRING });
const anything: JsonSchema = { type: 'object' };

const versionMembers = {
  version: INTEGER,
  digest: STRING,
  name: STRING,
  comment: STRING,
  published_at: TIME,
  published_by: STRING,
  active: BOOLEAN,
  scopes: { type: 'integer', description: 'how many it lists, built-ins excluded' },
} as const satisfies Readonly<Record<string, JsonSchema>>;

const clientMembers = {
  client_id: STRING,
  enabled: BOOLEAN,
  auth: { type: 'string', enum: CLIENT_AUTHS },
  roles: listOf(named('Assignment')),
  resource_servers: listOf(closed({ name: STRING, audience: STRING, suspended: BOOLEAN })),
  default_scopes: STRINGS,
  scope_policy: { type: 'string', enum: SCOPE_POLICIES },
  'jwks?': anything,
  'tls_subject_dn?': STRING,
  'tls_san_dns?': STRING,
  'tls_san_uri?': STRING,
  'federated?': STRING,
  'introspection_alg?': { type: 'string', enum: SIGNING_ALGS },
  created_at: TIME,
  updated_at: TIME,
  revision: INTEGER,
} as const satisfies Readonly<Record<string, JsonSchema>>;

const roleMembers = {
  role: STRING,
  description: STRING,
  inherits: STRINGS,
  scopes: STRINGS,
  built_in: BOOLEAN,
} as const satisfies Readonly<Record<string, JsonSchema>>;

/** What the admin API answers, by name. */
export const SCHEMAS = {
  Problem: closed({
    type: { type: 'string', description: '`urn:ambit:problem:` and the code' },
    title: STRING,
    status: INTEGER,
    detail: STRING,
    'hint?': { type: 'string', description: 'what to do next' },
    code: STRING,
    request_id: STRING,
    'findings?': listOf(named('Finding')),
    'errors?': listOf(closed({ path: STRING, message: STRING })),
  }),
  Finding: closed({
    file: STRING,
    line: INTEGER,
    column: INTEGER,
    rule: STRING,
    severity: { type: 'string', enum: ['error', 'warning', 'info'] },
    message: STRING,
    'hint?': STRING,
    path: listOf({ type: ['string', 'integer'] }),
  }),
  Assignment: closed({
    role: STRING,
    'until?': TIME,
    'dormant?': { type: 'boolean', description: 'the active version has no such role' },
  }),
  Whoami: closed({
    client_id: STRING,
    roles: listOf(named('Assignment')),
    scopes: STRINGS,
    issuer: STRING,
    catalog_version: INTEGER,
    revision: INTEGER,
    server_version: STRING,
    time: TIME,
    secrets: listOf(named('Secret')),
  }),
  CatalogVersion: closed(versionMembers),
  CatalogVersionWithDocument: closed({ ...versionMembers, document: anything }),
  Publication: closed({ version: INTEGER, digest: STRING, changed: BOOLEAN }),
  Change: {
    type: 'object',
    properties: { kind: STRING },
    required: ['kind'],
    description: 'one respect in which two catalogs differ; `kind` says which members there are',
  },
  Plan: closed({
    base: { type: 'integer', description: 'the version that was active' },
    digest: STRING,
    'version?': { type: 'integer', description: 'the number of the target, where it has one' },
    assignments: { type: 'string', description: 'digest of all role assignments' },
    gains: listOf(entitlementChange),
    losses: listOf(entitlementChange),
    changes: listOf(named('Change')),
    revived: listOf(assignmentOf),
    dormant: listOf(assignmentOf),
    suspended: listOf(credential),
    resumed: listOf(credential),
    delegation: closed({ gains: listOf(reach), losses: listOf(reach) }),
    publisher_gains: STRINGS,
    broken_defaults: listOf(closed({ client: STRING, scope: STRING })),
    summary: STRINGS,
  }),
  RoleSummary: closed({ ...roleMembers, clients: INTEGER }),
  Role: closed({
    ...roleMembers,
    clients: listOf(closed({ client_id: STRING, 'until?': TIME, disabled: BOOLEAN })),
  }),
  Client: closed(clientMembers),
  RegisteredClient: closed({
    ...clientMembers,
    'client_secret?': { type: 'string', description: 'shown this once' },
  }),
  ClientRoles: closed({ client_id: STRING, roles: listOf(named('Assignment')) }),
  Secret: closed({
    id: STRING,
    'label?': STRING,
    created_at: TIME,
    'expires_at?': TIME,
    'last_used_at?': { ...TIME, description: 'coarse' },
  }),
  IssuedSecret: closed({
    id: STRING,
    client_id: STRING,
    client_secret: { type: 'string', description: 'shown this once' },
    'label?': STRING,
    'expires_at?': TIME,
  }),
  Key: closed({
    kid: STRING,
    alg: { type: 'string', enum: SIGNING_ALGS },
    state: { type: 'string', enum: KEY_STATES },
    created_at: TIME,
    published_at: TIME,
    'may_sign_from?': TIME,
    'may_destroy_from?': TIME,
    'activated_at?': TIME,
    'retired_at?': TIME,
    'destroyed_at?': TIME,
    overdue: BOOLEAN,
  }),
  Keys: closed({ items: listOf(named('Key')), total: INTEGER }),
  Revocation: closed({
    id: STRING,
    kind: {
      type: 'string',
      enum: ['jti', 'client', 'scope', 'key', 'version', 'issued-before'],
    },
    value: { type: ['string', 'integer'] },
    revision: { type: 'integer', description: 'it covers tokens whose `rev` is below' },
    created_at: TIME,
    created_by: STRING,
    'reason?': STRING,
    'expires_at?': TIME,
  }),
  WhoCan: closed({
    scope: STRING,
    items: listOf(closed({ client: STRING, roles: STRINGS, 'until?': TIME })),
    total: INTEGER,
  }),
  WhatCan: closed({
    client: STRING,
    items: listOf(closed({ scope: STRING, resource_server: STRING, roles: STRINGS })),
    total: INTEGER,
  }),
  Explanation: closed({
    client: STRING,
    scope: STRING,
    entitled: BOOLEAN,
    state: { type: 'string', enum: ['active', 'deprecated', 'retired', 'unknown'] },
    reasons: STRINGS,
    roles: STRINGS,
    paths: listOf(STRINGS),
    would_help: {
      ...STRINGS,
      description: 'roles that grant it, those that grant the least first',
    },
    on_behalf: {
      ...listOf(
        closed({
          rule: { type: 'integer', description: 'its place in the document, counted from 0' },
          holding: STRINGS,
          max_depth: INTEGER,
        }),
      ),
      description: 'delegation rules that give it to the client, and what they want held',
    },
  }),
  DelegationExplanation: closed({
    client: STRING,
    scope: STRING,
    holding: STRINGS,
    granted: BOOLEAN,
    'by?': { type: 'string', enum: ['carried', 'rule'] },
    state: { type: 'string', enum: ['active', 'deprecated', 'retired', 'unknown'] },
    reasons: STRINGS,
    rules: listOf(
      closed({
        rule: { type: 'integer', description: 'its place in the document, counted from 0' },
        actor: anything,
        names_actor: BOOLEAN,
        holding: STRINGS,
        missing: STRINGS,
        max_depth: INTEGER,
      }),
    ),
  }),
  Introspection: {
    type: 'object',
    properties: { active: BOOLEAN },
    required: ['active'],
    description: 'RFC 7662 §2.2',
  },
  TokenExplanation: {
    type: 'object',
    properties: { active: BOOLEAN, reasons: STRINGS },
    required: ['active', 'reasons'],
  },
  TracedToken: closed({
    jti: STRING,
    client: { type: 'string', description: 'whom it was issued to: the one who asked' },
    subject: { type: 'string', description: 'on whose behalf' },
    audience: STRING,
    scopes: STRINGS,
    live: { ...STRINGS, description: 'what is left of them now' },
    granted_by: {
      ...listOf(
        closed({
          scope: STRING,
          by: { type: 'string', enum: ['carried', 'rule'] },
          'rule?': {
            type: 'object',
            description: 'what the delegation rule said of it at the time',
          },
        }),
      ),
      description: 'how an exchange came by each scope; empty at the root',
    },
    catalog_version: INTEGER,
    issued_at: TIME,
    expires_at: TIME,
    active: BOOLEAN,
    'external?': {
      ...closed({ issuer: STRING, subject: STRING }),
      description: 'the workload that stood for the client, by its own token',
    },
    'reason?': { type: 'string', description: 'why it is not active' },
    'omitted?': { type: 'integer', description: 'further children, where the tree is too large' },
    children: listOf(named('TracedToken')),
  }),
  ...AUDIT_SCHEMAS,
} as const satisfies Readonly<Record<string, JsonSchema>>;
