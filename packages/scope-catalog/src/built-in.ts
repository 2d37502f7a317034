import type { ResourceServerEntry, RoleEntry } from './document.ts';

/** Key of the resource server that is part of every catalog: the admin API. */
export const ADMIN_RESOURCE_SERVER = 'ambit';

/** The admin API's audience is the issuer followed by this. */
export const ADMIN_AUDIENCE_PATH = '/admin';

/** The role that may do everything; the last client that holds it cannot be removed. */
export const ADMIN_ROLE = 'ambit-admin';

/** The audience of tokens for the admin API. */
export const adminAudience = (issuer: string): string => `${issuer}${ADMIN_AUDIENCE_PATH}`;

/**
 * Whether a role, scope, resource or resource server name belongs to Ambit: its first segment is `ambit` or begins
 * with `ambit.` or `ambit-`.
 */
export const isReservedName = (name: string): boolean => /^ambit(?:[.:-]|$)/.test(name);

/** Whether a role belongs to Ambit and so gives power over Ambit itself. */
export const isReservedRole = (role: string): boolean => isReservedName(role);

/** Whether a role is the one that may do everything. */
export const isAdminRole = (role: string): boolean => role === ADMIN_ROLE;

/** Whether an audience is the issuer or lies below it, however its letter case and default port are spelled. */
export function isReservedAudience(audience: string, issuer: string): boolean {
  const base = withoutSpelling(issuer);
  const candidate = withoutSpelling(audience);
  return candidate.startsWith(base) && /^(?:[/?#]|$)/.test(candidate.slice(base.length));
}

const withoutSpelling = (url: string): string =>
  url
    .toLowerCase()
    .replace(/^(https:\/\/[^/?#]*):443(?=[/?#]|$)/, '$1')
    .replace(/^(http:\/\/[^/?#]*):80(?=[/?#]|$)/, '$1');

/** The admin API as a resource server of the catalog, for one issuer. */
export const builtInResourceServer = (issuer: string): ResourceServerEntry => ({
  audience: adminAudience(issuer),
  description: 'The admin API of Ambit',
  owner: 'ambit',
  accessToken: { lifetimeSeconds: 300, signingAlg: 'ES256', senderConstrained: 'none' },
  resources: {
    'ambit.catalog': {
      description: 'Catalog versions',
      actions: {
        read: { description: 'See catalog versions, lint and plan' },
        publish: { description: 'Publish and roll back catalog versions', risk: 'high' },
      },
    },
    'ambit.role': {
      description: 'Roles and who holds them',
      actions: {
        read: { description: 'See roles, their holders and why access is given' },
        assign: { description: 'Assign roles to clients and take them away', risk: 'high' },
      },
    },
    'ambit.client': {
      description: 'Clients and their credentials',
      actions: {
        read: { description: 'See clients' },
        write: {
          description: 'Create, change, enable and delete clients and their secrets',
          risk: 'high',
        },
        disable: { description: 'Disable clients', risk: 'high' },
      },
    },
    'ambit.key': {
      description: 'Signing keys',
      actions: {
        read: { description: 'See signing keys' },
        rotate: { description: 'Rotate, retire and destroy signing keys', risk: 'high' },
      },
    },
    'ambit.token': {
      description: 'Issued tokens',
      actions: {
        read: { description: 'Introspect and explain any token, see revocations' },
        revoke: { description: 'Revoke tokens', risk: 'high' },
      },
    },
    'ambit.audit': {
      description: 'The audit log',
      actions: {
        read: { description: 'Read, verify and sign the audit log', risk: 'medium' },
        erase: { description: 'Erase personal fields from the audit log', risk: 'high' },
      },
    },
    'ambit.metrics': {
      description: 'Metrics',
      actions: { read: { description: 'Read metrics' } },
    },
  },
});

/** The roles over Ambit itself. */
export const BUILT_IN_ROLES: Readonly<Record<string, RoleEntry>> = {
  'ambit-viewer': {
    description: 'Sees everything but the audit log and metrics',
    scopes: [
      'ambit.catalog:read',
      'ambit.role:read',
      'ambit.client:read',
      'ambit.key:read',
      'ambit.token:read',
    ],
  },
  'ambit-editor': {
    description: 'Publishes catalogs and assigns roles',
    inherits: ['ambit-viewer'],
    scopes: ['ambit.catalog:publish', 'ambit.role:assign'],
  },
  [ADMIN_ROLE]: {
    description: 'May do everything',
    scopes: [
      'ambit.catalog:*',
      'ambit.role:*',
      'ambit.client:*',
      'ambit.key:*',
      'ambit.token:*',
      'ambit.audit:*',
      'ambit.metrics:*',
    ],
  },
  'ambit-auditor': {
    description: 'Reads the audit log and what it speaks of',
    scopes: ['ambit.audit:read', 'ambit.catalog:read', 'ambit.role:read', 'ambit.client:read'],
  },
  'ambit-responder': {
    description: 'Revokes tokens and disables clients in an incident',
    scopes: [
      'ambit.token:read',
      'ambit.token:revoke',
      'ambit.client:read',
      'ambit.client:disable',
      'ambit.audit:read',
    ],
  },
  'ambit-metrics': {
    description: 'Reads metrics',
    scopes: ['ambit.metrics:read'],
  },
};
