import { decideClientChange, err, ok, present } from '@ambit/scope-catalog';
import type { ClientChange, Result } from '@ambit/scope-catalog';
import type { AuditEvent } from '../audit/events.ts';
import type { Attempt, Change } from '../change.ts';
import type { Client, ClientSecret } from './client.ts';
import type { ExistingClientRefusal } from './refusals.ts';

/** What an actor attempts when it changes a client. */
export const attemptOn = (clientId: string, event: AuditEvent, ...scopes: string[]): Attempt => ({
  event,
  target: { kind: 'client', id: clientId },
  scopes,
});

/**
 * Loads the client a change is about, as its transaction sees it.
 *
 * Refused when it is not there, when it is not at the revision the actor had seen, and when it holds power over Ambit
 * itself that the actor may not touch.
 */
export async function loadClient(
  change: Change,
  clientId: string,
  expectedRevision: number | undefined,
  kind: ClientChange = 'change',
): Promise<Result<Client, ExistingClientRefusal>> {
  const client = await change.tx.clients.find(clientId);
  if (client === undefined) return err({ code: 'client.not_found', clientId });
  const { actor, now } = change;
  const allowed = decideClientChange({ actor, target: client, change: kind, now });
  if (!allowed.ok) return allowed;
  if (expectedRevision !== undefined && expectedRevision !== client.revision) {
    return err({ code: 'client.changed', clientId, revision: client.revision });
  }
  return ok(client);
}

/** Records a change of a client and stores the client as the change leaves it, its secrets and assignments aside. */
export async function storeClient(
  change: Change,
  next: Client,
  facts: { readonly before: unknown; readonly after: unknown },
): Promise<Client> {
  const revision = await change.record(['clients'], facts);
  const stored = { ...next, updatedAt: change.now, revision };
  await change.tx.clients.update(stored);
  return stored;
}

/**
 * What the audit log keeps of a client: everything but what its secrets could be checked against, and but what every change moves.
 * When a change was made and which revision it gave, the record itself says.
 */
export const auditedClient = ({
  secrets,
  updatedAt: _updatedAt,
  revision: _revision,
  ...client
}: Client): unknown => ({ ...client, secrets: secrets.map(auditedSecret) });

/** What the audit log keeps of a secret: nothing that it could be checked against. */
export const auditedSecret = ({ id, label, expiresAt }: ClientSecret): unknown => ({
  id,
  ...present({ label, expiresAt }),
});
