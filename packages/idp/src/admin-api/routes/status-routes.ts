import { ok } from '@ambit/scope-catalog';
import { named } from '../json-schema.ts';
import { defineRoute } from '../route.ts';
import { toWireActivity } from '../wire/activity.ts';

/** What the server has been doing. */
export const statusRoutes = [
  defineRoute()({
    method: 'GET',
    path: '/status',
    summary: 'Tell what this server has decided in the last minutes',
    scope: 'ambit.audit:read',
    answers: { 200: { description: 'the last minutes', schema: named('Activity') } },
    handle: async (_request, { reportActivity }) =>
      ok({ status: 200, body: toWireActivity(await reportActivity()) }),
  }),
];
