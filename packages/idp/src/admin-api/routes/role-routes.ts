import { ok } from '@ambit/scope-catalog';
import type { CompiledRole } from '@ambit/scope-catalog';
import type { Client } from '../../clients/client.ts';
import { CLIENT_ID, ROLE } from '../inputs.ts';
import { closed, named, TIME } from '../json-schema.ts';
import { PAGE_QUERY, pageOf, pageOfAll } from '../pagination.ts';
import type { PageQuery } from '../pagination.ts';
import { defineRoute } from '../route.ts';
import type { Answer } from '../route.ts';
import type { AdminServices } from '../services.ts';
import { toWireAssignments } from '../wire/client.ts';
import { fromTime, timeMember } from '../wire/time.ts';

const ofClient = closed({ client_id: CLIENT_ID, role: ROLE });
const CHANGE_PROBLEMS = [
  'client.not_found',
  'client.changed',
  'governance.reserved_role',
  'governance.privileged_client',
  'governance.last_admin',
] as const;

/** Roles of the active version, and who holds them. */
export const roleRoutes = [
  defineRoute<object, PageQuery>()({
    method: 'GET',
    path: '/roles',
    summary: 'List the roles of the active version',
    scope: 'ambit.role:read',
    query: closed(PAGE_QUERY),
    answers: { 200: { description: 'a page of roles', schema: pageOf(named('RoleSummary')) } },
    async handle({ query }, { access }) {
      const roles = await access.listRoles();
      const page = pageOfAll(
        roles,
        query,
        ({ role }) => role.name,
        ({ role, builtIn, clients }) => ({ ...toWireRole(role, builtIn), clients }),
      );
      return page.ok ? ok({ status: 200, body: page.value }) : page;
    },
  }),
  defineRoute<{ role: string }>()({
    method: 'GET',
    path: '/roles/{role}',
    summary: 'See one role and every client that holds it',
    scope: 'ambit.role:read',
    params: closed({ role: ROLE }),
    etag: true,
    answers: { 200: { description: 'the role', schema: named('Role') } },
    problems: ['role.not_found'],
    async handle({ params }, { access }) {
      const found = await access.findRole(params.role);
      if (!found.ok) return found;
      const { role, builtIn, clients } = found.value;
      return ok({
        status: 200,
        body: {
          ...toWireRole(role, builtIn),
          clients: clients.map(({ clientId, until, disabled }) => ({
            client_id: clientId,
            ...timeMember('until', until),
            disabled,
          })),
        },
      });
    },
  }),
  defineRoute<{ client_id: string; role: string }, object, { until?: string }>()({
    method: 'PUT',
    path: '/clients/{client_id}/roles/{role}',
    summary: 'Assign a role to a client, for good or until a time',
    scope: 'ambit.role:assign',
    params: ofClient,
    body: closed({ 'until?': TIME }),
    bodyOptional: true,
    etag: true,
    ifMatch: true,
    event: 'role.assigned',
    answers: { 200: { description: 'the roles it holds now', schema: named('ClientRoles') } },
    problems: [
      ...CHANGE_PROBLEMS,
      'governance.self_assignment',
      'governance.acts_for_others',
      'role.unknown',
      'role.until_past',
      'role.too_many',
    ],
    async handle({ params, body, actor, expectedRevision }, services) {
      const until = body.until === undefined ? undefined : fromTime(body.until);
      const assigned = await services.clients.assignRole(
        params.client_id,
        params.role,
        until,
        actor,
        expectedRevision,
      );
      return assigned.ok ? ok(await answerRoles(assigned.value, services)) : assigned;
    },
  }),
  defineRoute<{ client_id: string; role: string }>()({
    method: 'DELETE',
    path: '/clients/{client_id}/roles/{role}',
    summary: 'Take a role from a client',
    scope: 'ambit.role:assign',
    params: ofClient,
    etag: true,
    ifMatch: true,
    event: 'role.unassigned',
    answers: { 200: { description: 'the roles it holds now', schema: named('ClientRoles') } },
    problems: [...CHANGE_PROBLEMS, 'role.not_assigned'],
    async handle({ params, actor, expectedRevision }, services) {
      const { client_id, role } = params;
      const taken = await services.clients.unassignRole(client_id, role, actor, expectedRevision);
      return taken.ok ? ok(await answerRoles(taken.value, services)) : taken;
    },
  }),
];

const toWireRole = (role: CompiledRole, builtIn: boolean) => ({
  role: role.name,
  description: role.description,
  inherits: role.inherits,
  scopes: [...role.scopes].sort(),
  built_in: builtIn,
});

async function answerRoles(client: Client, { snapshots }: AdminServices): Promise<Answer> {
  const { catalog } = await snapshots.current();
  return {
    status: 200,
    etag: String(client.revision),
    body: {
      client_id: client.clientId,
      roles: toWireAssignments(client.assignments, catalog.compiled),
    },
  };
}
