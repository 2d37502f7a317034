import { ADMIN_ROLE } from '@ambit/scope-catalog';
import type { Principal } from '@ambit/scope-catalog';
import type { RequestOrigin } from './request.ts';

/** Who asks a service to change something, as the edge has authenticated it. */
export interface Actor {
  readonly principal: Principal;
  /** Scopes of its access token that are live now; a change may need more than its route does. */
  readonly scopes: ReadonlySet<string>;
  readonly request: RequestOrigin;
}

/** The name under which the server itself acts; no client can have it. */
export const SYSTEM = 'system';

/** The server itself, as bootstrap and the demo need it: whoever holds the machine holds the store. */
export const systemActor = (requestId: string): Actor => ({
  principal: { clientId: SYSTEM, enabled: true, assignments: [{ role: ADMIN_ROLE }] },
  scopes: new Set(),
  request: { id: requestId },
});

/** Whether an actor is the server itself. */
export const isSystem = (actor: Actor): boolean => actor.principal.clientId === SYSTEM;
