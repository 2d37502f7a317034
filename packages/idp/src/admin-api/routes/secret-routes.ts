import { err, ok } from '@ambit/scope-catalog';
import { CLIENT_ID, NEW_SECRET } from '../inputs.ts';
import { closed, named, nonEmpty } from '../json-schema.ts';
import { PAGE_QUERY, pageOf, pageOfAll } from '../pagination.ts';
import type { PageQuery } from '../pagination.ts';
import { defineRoute } from '../route.ts';
import { toWireSecret } from '../wire/client.ts';
import { timeMember } from '../wire/time.ts';
import { fromWireSecret } from './client-routes.ts';
import type { WireNewSecret } from './client-routes.ts';

const CHANGE_PROBLEMS = [
  'client.not_found',
  'client.changed',
  'governance.privileged_client',
] as const;

/** The secrets of a client, several live at once. */
export const secretRoutes = [
  defineRoute<{ client_id: string }, PageQuery>()({
    method: 'GET',
    path: '/clients/{client_id}/secrets',
    summary: 'List the secrets of a client, never what they are',
    scope: 'ambit.client:read',
    params: closed({ client_id: CLIENT_ID }),
    query: closed(PAGE_QUERY),
    answers: { 200: { description: 'a page of secrets', schema: pageOf(named('Secret')) } },
    problems: ['client.not_found'],
    async handle({ params, query }, { clients }) {
      const client = await clients.find(params.client_id);
      if (client === undefined) {
        return err({ code: 'client.not_found', clientId: params.client_id });
      }
      const page = pageOfAll(client.secrets, query, ({ id }) => id, toWireSecret);
      return page.ok ? ok({ status: 200, body: page.value }) : page;
    },
  }),
  defineRoute<{ client_id: string }, object, WireNewSecret>()({
    method: 'POST',
    path: '/clients/{client_id}/secrets',
    summary: 'Give a client a further secret',
    scope: 'ambit.client:write',
    params: closed({ client_id: CLIENT_ID }),
    body: NEW_SECRET,
    bodyOptional: true,
    ifMatch: true,
    event: 'client.secret_added',
    answers: { 201: { description: 'the secret, this once', schema: named('IssuedSecret') } },
    problems: [...CHANGE_PROBLEMS, 'secret.not_used', 'secret.too_many', 'secret.expiry_past'],
    async handle({ params, body, actor, expectedRevision }, { clients }) {
      const secret = fromWireSecret(body);
      const added = await clients.addSecret(params.client_id, secret, actor, expectedRevision);
      if (!added.ok) return added;
      const { id, clientId, secret: issued, label, expiresAt } = added.value;
      return ok({
        status: 201,
        body: {
          id,
          client_id: clientId,
          client_secret: issued,
          label,
          ...timeMember('expires_at', expiresAt),
        },
      });
    },
  }),
  defineRoute<{ client_id: string; secret_id: string }>()({
    method: 'DELETE',
    path: '/clients/{client_id}/secrets/{secret_id}',
    summary: 'Revoke one secret of a client',
    scope: 'ambit.client:write',
    params: closed({ client_id: CLIENT_ID, secret_id: nonEmpty(64) }),
    ifMatch: true,
    event: 'client.secret_revoked',
    answers: { 204: { description: 'it is gone' } },
    problems: [...CHANGE_PROBLEMS, 'secret.not_found', 'governance.last_admin'],
    async handle({ params, actor, expectedRevision }, { clients }) {
      const { client_id, secret_id } = params;
      const revoked = await clients.revokeSecret(client_id, secret_id, actor, expectedRevision);
      return revoked.ok ? ok({ status: 204 }) : revoked;
    },
  }),
];
