import { generateKeyPairSync } from 'node:crypto';
import type { Answered, ServedApi } from '../support/admin-api.ts';
import { must } from '../support/house.ts';
import type { House } from '../support/house.ts';
import { shopWith } from '../support/shop-catalog.ts';

/** One way in which somebody might lift itself, and how it ends. */
export interface Escalation {
  readonly by: string;
  readonly way: string;
  /** What the house looks like before; done by its server. */
  readonly setup?: (house: House) => Promise<unknown>;
  readonly attempt: (api: ServedApi, house: House) => Promise<Answered>;
  readonly status: number;
  readonly code: string;
}

export const REFUSED = { status: 403 } as const;
export const NO_SCOPE = { status: 403, code: 'auth.insufficient_scope' } as const;
export const SELF = { ...REFUSED, code: 'governance.self_assignment' } as const;
export const RESERVED = { ...REFUSED, code: 'governance.reserved_role' } as const;
export const PRIVILEGED = { ...REFUSED, code: 'governance.privileged_client' } as const;
export const APART = { ...REFUSED, code: 'governance.acts_for_others' } as const;
export const GAINS = { ...REFUSED, code: 'catalog.publisher_gains' } as const;
export const LAST = { ...REFUSED, code: 'governance.last_admin' } as const;
export const INVALID = { status: 422, code: 'catalog.invalid' } as const;

export const VIEWER = `viewer: { description: Sees orders, scopes: ['orders:read'] }`;
export const CLERK = `clerk: { description: Takes orders, scopes: ['orders:*'] }`;
export const READ = 'read: { description: See orders }';
export const jwks = {
  keys: [generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })],
};

export const assign =
  (as: string, path: string, body: object = {}) =>
  (api: ServedApi) =>
    api.call(as, 'PUT', `/clients/${path}`, body);
export const publish =
  (...replacements: (readonly [string, string])[]) =>
  (api: ServedApi) =>
    api.call('eve', 'POST', '/catalog/versions', {
      source: shopWith(...replacements),
      comment: 'harmless',
    });
export const send =
  (as: string, method: string, path: string, body?: unknown, headers = {}) =>
  (api: ServedApi) =>
    api.call(as, method, path, body, headers);
export const makeEveClerk = async (house: House) =>
  must(await house.clients.assignRole('eve', 'clerk', undefined, house.system));
export const otherAdmin = (house: House) => house.register('boss', ['ambit-admin']);
