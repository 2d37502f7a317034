import { err, ok, present } from '@ambit/scope-catalog';
import type { Client } from '../../clients/client.ts';
import type { NewSecret } from '../../clients/client-secrets.ts';
import { CLIENT_ID, NEW_CLIENT_ID, NEW_SECRET, ROLE, SETTINGS } from '../inputs.ts';
import { closed, listOf, named } from '../json-schema.ts';
import { decodeCursor, PAGE_QUERY, pageOf, toPage } from '../pagination.ts';
import type { PageQuery } from '../pagination.ts';
import { defineRoute } from '../route.ts';
import type { Answer } from '../route.ts';
import type { AdminServices } from '../services.ts';
import { fromWireSettings, toWireClient } from '../wire/client.ts';
import type { WireSettings } from '../wire/client.ts';
import { fromTime } from '../wire/time.ts';

/** A new secret as it comes in. */
export interface WireNewSecret {
  readonly label?: string;
  readonly expires_at?: string;
}

/** A new secret by our names. */
export const fromWireSecret = ({ label, expires_at }: WireNewSecret): NewSecret => ({
  ...present({ label }),
  ...(expires_at === undefined ? {} : { expiresAt: fromTime(expires_at) }),
});

type ById = { client_id: string };
const byId = closed({ client_id: CLIENT_ID });
const clientAnswer = { description: 'the client', schema: named('Client') };

const SETTINGS_PROBLEMS = [
  'client.setting_missing',
  'client.setting_foreign',
  'client.tls_subject_ambiguous',
  'client.jwks_invalid',
  'client.federation_unknown',
  'client.resource_server_unknown',
  'client.resource_server_reserved',
  'client.introspection_alg_alone',
  'client.default_scope_unknown',
  'client.default_scope_retired',
  'client.default_scope_not_entitled',
  'client.default_scopes_of_two_audiences',
] as const;
const EXISTING_PROBLEMS = [
  'client.not_found',
  'client.changed',
  'governance.privileged_client',
  'governance.last_admin',
] as const;

/** Registered clients and their settings. */
export const clientRoutes = [
  defineRoute<object, PageQuery>()({
    method: 'GET',
    path: '/clients',
    summary: 'List clients by name',
    scope: 'ambit.client:read',
    query: closed(PAGE_QUERY),
    answers: { 200: { description: 'a page of clients', schema: pageOf(named('Client')) } },
    async handle({ query: { limit, cursor } }, { clients, snapshots }) {
      const after = decodeCursor(cursor, 'string');
      if (!after.ok) return after;
      const { catalog } = await snapshots.current();
      const page = await clients.list({
        limit: limit + 1,
        ...present({ after: after.value }),
      });
      const toWire = (client: Client) => toWireClient(client, catalog.compiled);
      return ok({ status: 200, body: toPage(page, limit, ({ clientId }) => clientId, toWire) });
    },
  }),
  defineRoute<ById>()({
    method: 'GET',
    path: '/clients/{client_id}',
    summary: 'See one client',
    scope: 'ambit.client:read',
    params: byId,
    etag: true,
    answers: { 200: clientAnswer },
    problems: ['client.not_found'],
    async handle({ params }, services) {
      const client = await services.clients.find(params.client_id);
      return client === undefined
        ? err({ code: 'client.not_found', clientId: params.client_id })
        : ok(await answerClient(client, services));
    },
  }),
  defineRoute<
    object,
    object,
    WireSettings & { client_id: string; roles?: readonly string[]; secret?: WireNewSecret }
  >()({
    method: 'POST',
    path: '/clients',
    summary: 'Register a client; with `roles` it takes `ambit.role:assign` too',
    scope: 'ambit.client:write',
    body: closed({
      client_id: NEW_CLIENT_ID,
      'roles?': listOf(ROLE, 100),
      ...SETTINGS,
      'secret?': NEW_SECRET,
    }),
    etag: true,
    event: 'client.created',
    answers: {
      201: {
        description: 'the client, and its secret this once',
        schema: named('RegisteredClient'),
      },
    },
    problems: [
      'client.name_malformed',
      'client.name_reserved',
      'client.name_taken',
      'role.unknown',
      'role.until_past',
      'role.too_many',
      'secret.expiry_past',
      'governance.reserved_role',
      'governance.self_assignment',
      'governance.acts_for_others',
      ...SETTINGS_PROBLEMS,
    ],
    async handle({ body, actor }, { clients, snapshots }) {
      const { client_id: clientId, roles = [], secret, ...settings } = body;
      const created = await clients.create(
        {
          clientId,
          roles,
          settings: fromWireSettings(settings),
          ...present({ secret: secret && fromWireSecret(secret) }),
        },
        actor,
      );
      if (!created.ok) return created;
      const { client, secret: issued } = created.value;
      const { catalog } = await snapshots.current();
      return ok({
        status: 201,
        etag: String(client.revision),
        body: { ...toWireClient(client, catalog.compiled), client_secret: issued },
      });
    },
  }),
  defineRoute<ById, object, WireSettings>()({
    method: 'PATCH',
    path: '/clients/{client_id}',
    summary: 'Change settings of a client; `null` takes one away',
    scope: 'ambit.client:write',
    params: byId,
    body: { ...closed(SETTINGS), minProperties: 1 },
    etag: true,
    ifMatch: true,
    event: 'client.updated',
    answers: { 200: clientAnswer },
    problems: [...EXISTING_PROBLEMS, 'governance.acts_for_others', ...SETTINGS_PROBLEMS],
    async handle({ params, body, actor, expectedRevision }, services) {
      const updated = await services.clients.update(
        params.client_id,
        fromWireSettings(body),
        actor,
        expectedRevision,
      );
      return updated.ok ? ok(await answerClient(updated.value, services)) : updated;
    },
  }),
  defineRoute<ById>()({
    method: 'DELETE',
    path: '/clients/{client_id}',
    summary: 'Delete a client for good; its name is never reused',
    scope: 'ambit.client:write',
    params: byId,
    ifMatch: true,
    event: 'client.deleted',
    answers: { 204: { description: 'it is gone' } },
    problems: EXISTING_PROBLEMS,
    async handle({ params, actor, expectedRevision }, { clients }) {
      const removed = await clients.remove(params.client_id, actor, expectedRevision);
      return removed.ok ? ok({ status: 204 }) : removed;
    },
  }),
  defineRoute<ById>()({
    method: 'POST',
    path: '/clients/{client_id}/disable',
    summary: 'Disable a client: it gets no token, and those it has die',
    scope: 'ambit.client:disable',
    params: byId,
    etag: true,
    ifMatch: true,
    event: 'client.disabled',
    answers: { 200: clientAnswer },
    problems: EXISTING_PROBLEMS,
    async handle({ params, actor, expectedRevision }, services) {
      const disabled = await services.clients.disable(params.client_id, actor, expectedRevision);
      return disabled.ok ? ok(await answerClient(disabled.value, services)) : disabled;
    },
  }),
  defineRoute<ById>()({
    method: 'POST',
    path: '/clients/{client_id}/enable',
    summary: 'Enable a client again',
    scope: 'ambit.client:write',
    params: byId,
    etag: true,
    ifMatch: true,
    event: 'client.enabled',
    answers: { 200: clientAnswer },
    problems: EXISTING_PROBLEMS,
    async handle({ params, actor, expectedRevision }, services) {
      const enabled = await services.clients.enable(params.client_id, actor, expectedRevision);
      return enabled.ok ? ok(await answerClient(enabled.value, services)) : enabled;
    },
  }),
];

async function answerClient(client: Client, { snapshots }: AdminServices): Promise<Answer> {
  const { catalog } = await snapshots.current();
  return {
    status: 200,
    etag: String(client.revision),
    body: toWireClient(client, catalog.compiled),
  };
}
