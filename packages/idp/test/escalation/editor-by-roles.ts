import { PRIVILEGED, RESERVED, SELF, assign, send } from './escalation.ts';
import type { Escalation } from './escalation.ts';
import { DAY, START } from '../support/house.ts';

export const EDITOR_BY_ROLES: readonly Escalation[] = [
  {
    by: 'editor',
    way: 'assigns itself a role',
    attempt: assign('eve', 'eve/roles/clerk'),
    ...SELF,
  },
  {
    by: 'editor',
    way: 'assigns itself a role for a moment only',
    attempt: assign('eve', 'eve/roles/clerk', { until: new Date(START + 1000).toISOString() }),
    ...SELF,
  },
  {
    by: 'editor',
    way: 'spells its own name in escapes',
    attempt: assign('eve', '%65%76%65/roles/clerk'),
    ...SELF,
  },
  {
    by: 'editor',
    way: 'sends If-Match to get round the rules',
    attempt: (api) => api.call('eve', 'PUT', '/clients/eve/roles/clerk', {}, { 'If-Match': '*' }),
    ...SELF,
  },
  {
    by: 'editor',
    way: 'assigns itself the role of a delegation actor',
    attempt: assign('eve', 'eve/roles/caller'),
    ...SELF,
  },
  {
    by: 'editor',
    way: 'makes itself admin',
    attempt: assign('eve', 'eve/roles/ambit-admin'),
    ...RESERVED,
  },
  {
    by: 'editor',
    way: 'makes an accomplice admin',
    attempt: assign('eve', 'plain/roles/ambit-admin'),
    ...RESERVED,
  },
  {
    by: 'editor',
    way: 'gives an accomplice the least of the ambit roles',
    attempt: assign('eve', 'plain/roles/ambit-metrics'),
    ...RESERVED,
  },
  {
    by: 'editor',
    way: 'writes the role in another letter case',
    attempt: assign('eve', 'plain/roles/Ambit-Admin'),
    status: 422,
    code: 'role.unknown',
  },
  {
    by: 'editor',
    way: 'hides the role behind a trailing space',
    attempt: assign('eve', 'plain/roles/ambit-admin%20'),
    ...RESERVED,
  },
  {
    by: 'editor',
    way: 'hides the role behind a null character',
    attempt: assign('eve', 'plain/roles/ambit-admin%00'),
    status: 400,
    code: 'request.malformed',
  },
  {
    by: 'editor',
    way: 'names another role in the body than in the path',
    attempt: assign('eve', 'plain/roles/clerk', { role: 'ambit-admin' }),
    status: 400,
    code: 'request.malformed',
  },
  {
    by: 'editor',
    way: 'climbs out of the path with escaped dots',
    attempt: assign('eve', '%2e%2e/roles/clerk'),
    status: 400,
    code: 'request.malformed',
  },
  {
    by: 'editor',
    way: 'climbs out of the path with escaped slashes',
    attempt: assign('eve', 'plain%2f..%2feve/roles/clerk'),
    status: 400,
    code: 'request.malformed',
  },
  {
    by: 'editor',
    way: 'writes its name in another letter case',
    attempt: assign('eve', 'EVE/roles/clerk'),
    status: 404,
    code: 'client.not_found',
  },
  {
    by: 'editor',
    way: 'trades roles with a fellow editor',
    setup: (house) => house.register('adam', ['ambit-editor']),
    attempt: assign('eve', 'adam/roles/clerk'),
    ...PRIVILEGED,
  },
  {
    by: 'editor',
    way: 'puts an end to the admin',
    attempt: assign('eve', 'root/roles/ambit-admin', {
      until: new Date(START + DAY).toISOString(),
    }),
    ...RESERVED,
  },
  {
    by: 'editor',
    way: 'takes the role from the admin',
    attempt: send('eve', 'DELETE', '/clients/root/roles/ambit-admin'),
    ...RESERVED,
  },
  {
    by: 'editor',
    way: 'prolongs its own role over Ambit',
    attempt: assign('eve', 'eve/roles/ambit-editor'),
    ...RESERVED,
  },
];
