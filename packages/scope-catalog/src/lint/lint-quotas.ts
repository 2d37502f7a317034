import type { Finding } from '../finding.ts';
import { DEFAULT_LIFETIME_SECONDS } from '../schema.ts';
import type { DocumentIndex, IndexedScope } from './document-index.ts';
import { advice } from './lint-rules.ts';

/** What there is to say about quotas. */
export function* lintQuotas(index: DocumentIndex): Iterable<Finding> {
  const delegated = new Set((index.document.delegation ?? []).flatMap(({ may }) => may));
  for (const scope of index.scopes.values()) {
    yield* lintWindow(scope);
    if (scope.action.quota?.per !== 'subject' || delegated.has(scope.name)) continue;
    const message = `\`${scope.name}\` is counted per subject, which is the client as long as no delegation rule lists it`;
    const at = [...scope.path, 'quota', 'per'];
    yield advice('quota-subject-alone', at, message, 'count it per client');
  }
}

/**
 * Tokens that live longer than the window are live beside those of the next one, so that there are more than the limit
 * says; and a client that keeps each token until it expires is never counted twice in a window.
 */
function* lintWindow({ name, action, server, path }: IndexedScope): Iterable<Finding> {
  const { quota } = action;
  const most = server.accessToken?.lifetimeSeconds ?? DEFAULT_LIFETIME_SECONDS;
  const lifetime = Math.min(action.lifetimeSeconds ?? most, most);
  if (quota === undefined || quota.windowSeconds >= lifetime) return;
  const message = `tokens with \`${name}\` are counted for ${quota.windowSeconds} s and live for ${lifetime} s`;
  const hint = `write \`windowSeconds: ${lifetime}\` or more`;
  yield advice('quota-window-short', [...path, 'quota', 'windowSeconds'], message, hint);
}
