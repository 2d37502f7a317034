import { ADMIN_RESOURCE_SERVER } from '../built-in.ts';
import type { CompiledCatalog, CompiledResourceServer } from '../compiled-catalog.ts';
import { err, ok } from '../result.ts';
import type { Result } from '../result.ts';
import { quoteName } from './refusal-text.ts';

/** How a request names the resource server that it wants a token for (RFC 8693 §2.1). */
export interface NamedTarget {
  /** The `resource` parameters: audiences. */
  readonly resources: readonly string[];
  /** The `audience` parameters: audiences or names of resource servers. */
  readonly audiences: readonly string[];
}

/** Why there is no such resource server; an `invalid_target` (RFC 8693 §2.2.2). */
export interface TargetRefusal {
  readonly code: 'target_repeated' | 'target_unknown' | 'target_reserved';
  /** One sentence in the character set of RFC 6749 §5.2. */
  readonly description: string;
}

/**
 * Decides which resource server a request means, if it names one.
 *
 * 1. `target_repeated`: `resource` and `audience` come once each at most, and mean one resource
 *    server.
 * 2. `target_unknown`: that resource server exists.
 * 3. `target_reserved`: it is not the admin API.
 */
export function decideTarget(
  catalog: CompiledCatalog,
  { resources, audiences }: NamedTarget,
): Result<CompiledResourceServer | undefined, TargetRefusal> {
  const [resource] = resources;
  const [audience] = audiences;
  if (resources.length > 1 || audiences.length > 1) {
    const description =
      'the request names several resources or audiences; name one resource server';
    return err({ code: 'target_repeated', description });
  }
  const byResource =
    resource === undefined ? undefined : catalog.resourceServersByAudience.get(resource);
  const byAudience =
    audience === undefined
      ? undefined
      : (catalog.resourceServersByAudience.get(audience) ?? catalog.resourceServers.get(audience));
  if (byResource !== undefined && byAudience !== undefined && byResource !== byAudience) {
    const description = `the resource ${quoteName(resource ?? '')} and the audience ${quoteName(audience ?? '')} are two resource servers; name one`;
    return err({ code: 'target_repeated', description });
  }
  if (resource !== undefined && byResource === undefined) {
    const description = `no resource server has the audience ${quoteName(resource)}`;
    return err({ code: 'target_unknown', description });
  }
  if (audience !== undefined && byAudience === undefined) {
    const description = `no resource server has the name or the audience ${quoteName(audience)}`;
    return err({ code: 'target_unknown', description });
  }
  const target = byResource ?? byAudience;
  if (target?.name === ADMIN_RESOURCE_SERVER) {
    const description = 'no exchange yields a token for the admin API';
    return err({ code: 'target_reserved', description });
  }
  return ok(target);
}
