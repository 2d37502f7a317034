import { decideIssuance, present } from '@ambit/scope-catalog';
import type { IssuanceGrant, IssuanceRefusal, Result } from '@ambit/scope-catalog';
import type { Client } from '../clients/client.ts';
import type { RequestState } from './request-state.ts';

/** Decides by the catalog what a client is given for itself, see {@link decideIssuance}. */
export const decideForItself = (
  { snapshot, now }: Pick<RequestState, 'snapshot' | 'now'>,
  client: Client,
  { scope, resource }: { readonly scope?: unknown; readonly resource?: unknown },
): Result<IssuanceGrant, IssuanceRefusal> =>
  decideIssuance(
    snapshot.catalog.compiled,
    client,
    {
      ...present({ scopes: typeof scope === 'string' ? scope.split(' ') : undefined }),
      resources: resource === undefined ? [] : ([resource].flat() as string[]),
      defaultScopes: client.defaultScopes,
      scopePolicy: client.scopePolicy,
    },
    now,
  );
