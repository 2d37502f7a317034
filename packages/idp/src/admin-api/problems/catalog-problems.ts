import { at, near, quote, quoted } from './problem-entry.ts';
import type { ProblemsOf } from './problem-entry.ts';

/** Why a catalog, key or token cannot be so. */
export const CATALOG_PROBLEMS: ProblemsOf<'catalog' | 'scope' | 'key' | 'revocation' | 'token'> = {
  'catalog.not_found': {
    status: 404,
    title: 'No such version',
    detail: ({ version }) => `there is no catalog version ${String(version)}`,
  },
  'catalog.invalid': {
    status: 422,
    title: 'Catalog has errors',
    detail: ({ findings }) => {
      const errors = findings.filter(({ severity }) => severity === 'error').length;
      return `${String(errors)} ${errors === 1 ? 'error keeps' : 'errors keep'} this from being a catalog`;
    },
    hint: () => 'see `findings`',
  },
  'catalog.changed': {
    status: 409,
    title: 'Changed meanwhile',
    detail: ({ what, active }) =>
      what === 'version'
        ? `version ${String(active)} is active, which is not what this was made against`
        : 'role assignments have changed since this was planned',
    hint: () => 'plan again',
  },
  'catalog.exists': {
    status: 409,
    title: 'Version exists',
    detail: ({ version }) => `version ${String(version)} holds this very catalog`,
    hint: ({ version }) => `to make it active again: ambit catalog rollback ${String(version)}`,
  },
  'catalog.publisher_gains': {
    status: 403,
    title: 'Nobody lifts themselves',
    detail: ({ scopes }) =>
      `publishing this would give the publisher ${quoted(scopes.slice(0, 20))}`,
    hint: () => 'ask somebody who gains nothing by it, or an ambit-admin, to publish it',
  },
  'scope.unknown': {
    status: 404,
    title: 'No such scope',
    detail: ({ scope }) => `the catalog has no scope ${quote(scope)}`,
    hint: (problem) => near(problem.near),
  },
  'key.not_found': {
    status: 404,
    title: 'No such key',
    detail: ({ kid }) => `there is no signing key ${quote(kid)}`,
  },
  'key.not_ready': {
    status: 409,
    title: 'Next key not ready',
    detail: ({ kid, readyAt }) =>
      `the next key ${quote(kid)} may sign from ${at(readyAt)}, when every cache of the JWKS has it`,
    hint: () => 'try again then',
  },
  'key.in_use': {
    status: 409,
    title: 'Key in use',
    detail: ({ kid, until }) => `tokens signed with ${quote(kid)} are good until ${at(until)}`,
    hint: ({ kid }) => `to revoke them with it: ambit token revoke --key ${kid}`,
  },
  'key.wrong_state': {
    status: 409,
    title: 'Not in that state',
    detail: ({ kid, state }) => `the key ${quote(kid)} is ${state}`,
  },
  'revocation.in_future': {
    status: 422,
    title: 'Time in the future',
    detail: ({ issuedBefore }) => `${at(issuedBefore * 1000)} is yet to come`,
  },
  'token.malformed': {
    status: 422,
    title: 'Not a token',
    detail: () => 'that is neither an access token of this server nor a `jti`',
  },
  'token.not_recorded': {
    status: 404,
    title: 'No such token',
    detail: ({ jti }) => `the audit log has no issuance of ${quote(jti)}`,
    hint: () => 'give a token of this issuer, or the `jti` of one',
  },
  'token.foreign': {
    status: 422,
    title: 'Foreign token',
    detail: ({ issuer }) => `the token was issued by ${quote(issuer)}`,
  },
};
