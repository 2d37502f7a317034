import { ok } from '@ambit/scope-catalog';
import { named } from '../json-schema.ts';
import { defineRoute } from '../route.ts';
import { toWireAssignments, toWireSecret } from '../wire/client.ts';
import { toTime } from '../wire/time.ts';

/** Who the caller is, for everybody with a token of the admin audience. */
export const whoamiRoutes = [
  defineRoute()({
    method: 'GET',
    path: '/whoami',
    summary: 'Say who the caller is and what it may do here',
    scope: 'any',
    answers: { 200: { description: 'the caller', schema: named('Whoami') } },
    async handle({ actor }, { snapshots, issuer, serverVersion, clock }) {
      const { revision, catalog, findClient } = await snapshots.current();
      const client = await findClient(actor.principal.clientId);
      return ok({
        status: 200,
        body: {
          client_id: actor.principal.clientId,
          roles: toWireAssignments(client?.assignments ?? [], catalog.compiled),
          scopes: [...actor.scopes].sort(),
          issuer,
          catalog_version: catalog.version,
          revision,
          server_version: serverVersion,
          time: toTime(clock()),
          secrets: (client?.secrets ?? []).map(toWireSecret),
        },
      });
    },
  }),
];
