import { err, ok } from '@ambit/scope-catalog';
import type { Result } from '@ambit/scope-catalog';
import { SYSTEM } from '../actor.ts';
import type { ClientNameRefusal } from './refusals.ts';

/** The longest name a client can have. */
export const CLIENT_NAME_MAX_LENGTH = 64;

/** Names of clients: one path segment that nobody has to escape, and never `.` or `..`. */
export const CLIENT_NAME_PATTERN = `^[A-Za-z0-9][A-Za-z0-9._-]{0,${String(CLIENT_NAME_MAX_LENGTH - 1)}}$`;

const wellFormed = new RegExp(CLIENT_NAME_PATTERN);

/** Whether any client can have this name, by its form alone. */
export const isClientName = (name: string): boolean => wellFormed.test(name);

/**
 * Whether a client may be called this. What begins with `ambit`, in any letter case, and the name the server itself
 * acts under are kept from clients, so that an audit record or a role list cannot be mistaken.
 */
export function validateClientName(clientId: string): Result<void, ClientNameRefusal> {
  if (!isClientName(clientId)) return err({ code: 'client.name_malformed', clientId });
  const lower = clientId.toLowerCase();
  if (lower.startsWith('ambit') || lower === SYSTEM) {
    return err({ code: 'client.name_reserved', clientId });
  }
  return ok(undefined);
}
