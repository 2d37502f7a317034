import type { Client } from '../clients/client.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/**
 * Whether a client may know about a token (RFC 7662 §4): its own, and those for a resource server that it is a credential
 * of, as long as that has its audience.
 */
export function mayIntrospect(
  { catalog }: Pick<Snapshot, 'catalog'>,
  { clientId, resourceServers }: Client,
  token: { readonly clientId: string | undefined; readonly audience: unknown },
): boolean {
  const servers = catalog.compiled.resourceServers;
  return (
    token.clientId === clientId ||
    resourceServers.some(
      ({ name, audience }) =>
        audience === token.audience && servers.get(name)?.audience === audience,
    )
  );
}
