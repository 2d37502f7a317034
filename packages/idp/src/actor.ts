import type { Principal } from '@ambit/scope-catalog';

/** Who asks a service to change something, as the edge has authenticated it. */
export interface Actor {
  readonly principal: Principal;
  /** Scopes of its access token that are live now; a change may need more than its route does. */
  readonly scopes: ReadonlySet<string>;
  readonly requestId: string;
}
