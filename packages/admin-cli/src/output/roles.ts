import type { WireAssignment } from '@ambit/sdk';

/** Roles in one line: `editor, viewer (until 2026-12-31T00:00:00Z)`. */
export const writeRoles = (roles: readonly WireAssignment[]): string =>
  roles.map(writeRole).join(', ');

function writeRole({ role, until, dormant }: WireAssignment): string {
  const remarks = [
    until === undefined ? [] : `until ${until}`,
    dormant ? 'not in the active catalog' : [],
  ].flat();
  return remarks.length === 0 ? role : `${role} (${remarks.join('; ')})`;
}
