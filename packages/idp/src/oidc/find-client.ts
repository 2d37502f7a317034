import type {
  ClientMetadata,
  Client as LibraryClient,
  KoaContextWithOIDC,
  Provider,
} from 'oidc-provider';
import type { Client } from '../clients/client.ts';
import { matchSecret } from '../oauth/match-secret.ts';
import { requestState } from '../oauth/request-state.ts';
import type { Vault } from '../vault/vault.ts';
import { libraryMetadata, mayAuthenticate, passesForSecret, tieClient } from './library-client.ts';

/** The constructor of the library's clients, which its types leave out. */
type LibraryClientClass = new (metadata: ClientMetadata) => LibraryClient;

/** The library's view of a client. */
export type ViewOf = (client: Client) => LibraryClient;

/**
 * Lets the library find clients in the snapshot of the request, and compare their secrets as keyed hashes. Gives what
 * makes its view of a client that it would not find: one that a workload stands for.
 */
export function findClients(
  provider: Provider,
  context: () => KoaContextWithOIDC,
  { vault, mtls }: { vault: Pick<Vault, 'isSecret'>; mtls: boolean },
): ViewOf {
  const views = new WeakMap<Client, LibraryClient>();
  const makeView = viewMaker(provider);

  const viewOf: ViewOf = (client) => {
    const known = views.get(client);
    if (known) return known;

    const view = makeView(client);
    view.compareClientSecret = (presented: string) => {
      const state = requestState(context());
      const secret = matchSecret(client.secrets, presented, vault, state.now);
      if (secret) state.secret = secret;
      return Promise.resolve(secret !== undefined);
    };
    tieClient(view, client);
    views.set(client, view);
    return view;
  };
  // The library asks for whatever an assertion that nobody has verified yet has for its `sub`.
  provider.Client.find = async (clientId: unknown) => {
    if (typeof clientId !== 'string') return undefined;
    const client = await requestState(context()).snapshot.findClient(clientId);
    return client && mayAuthenticate(client, mtls) ? viewOf(client) : undefined;
  };
  return viewOf;
}

/**
 * Makes the library's views of clients. To the library, clients that authenticate with secrets differ in their name
 * alone, so they share one that it has validated as their prototype: validating each would cost more than the rest of
 * its request.
 */
function viewMaker(provider: Provider): (client: Client) => LibraryClient {
  const LibraryClients = provider.Client as unknown as LibraryClientClass;
  const shared = new Map<string | undefined, LibraryClient>();

  return (client) => {
    if (!passesForSecret(client)) return new LibraryClients(libraryMetadata(client));
    let prototype = shared.get(client.introspectionAlg);
    if (!prototype) {
      prototype = new LibraryClients(libraryMetadata(client));
      shared.set(client.introspectionAlg, prototype);
    }
    return Object.create(prototype, { clientId: { value: client.clientId } }) as LibraryClient;
  };
}
