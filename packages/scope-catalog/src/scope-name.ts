import { err, ok } from './result.ts';
import type { Result } from './result.ts';

/** No scope name is longer than this, colons included. */
export const SCOPE_NAME_MAX_LENGTH = 128;

/** No key of a resource server, role or federation entry is longer than this. */
export const KEY_MAX_LENGTH = 64;

/** The pattern of one segment of a scope name, unanchored. */
export const SEGMENT_PATTERN = '[a-z0-9][a-z0-9._-]*';

const SEGMENT = new RegExp(`^${SEGMENT_PATTERN}$`);
const RESOURCE_KEY = new RegExp(`^${SEGMENT_PATTERN}(?::${SEGMENT_PATTERN})?$`);
const SCOPE_NAME = new RegExp(`^${SEGMENT_PATTERN}(?::${SEGMENT_PATTERN}){1,2}$`);

/** A scope name taken apart: `shop:orders:read` is the action `read` of the resource `shop:orders`. */
export interface ScopeNameParts {
  readonly resource: string;
  readonly action: string;
}

/** Why a text is not a scope name. */
export interface ScopeNameFault {
  readonly code: 'scope_name.too_long' | 'scope_name.malformed';
  readonly name: string;
}

/** Whether a text can be one segment of a scope name, or the name of a role or resource server. */
export const isSegment = (text: string): boolean =>
  text.length <= SCOPE_NAME_MAX_LENGTH && SEGMENT.test(text);

/** Whether a text can be a resource key: `resource` or `service:resource`. */
export const isResourceKey = (text: string): boolean =>
  text.length <= SCOPE_NAME_MAX_LENGTH && RESOURCE_KEY.test(text);

/** Whether a text is a scope name: `resource:action` or `service:resource:action`. */
export const isScopeName = (text: string): boolean =>
  text.length <= SCOPE_NAME_MAX_LENGTH && SCOPE_NAME.test(text);

/** Takes a scope name apart at its last colon, or says why it is none. */
export function decodeScopeName(name: string): Result<ScopeNameParts, ScopeNameFault> {
  if (name.length > SCOPE_NAME_MAX_LENGTH) return err({ code: 'scope_name.too_long', name });
  if (!SCOPE_NAME.test(name)) return err({ code: 'scope_name.malformed', name });
  const colon = name.lastIndexOf(':');
  return ok({ resource: name.slice(0, colon), action: name.slice(colon + 1) });
}

/** The name of one action of a resource. */
export const scopeName = (resource: string, action: string): string => `${resource}:${action}`;

/** The resource key of a wildcard such as `orders:*`; undefined for everything else. */
export function wildcardResource(text: string): string | undefined {
  if (!text.endsWith(':*')) return undefined;
  const resource = text.slice(0, -2);
  return isResourceKey(resource) ? resource : undefined;
}
