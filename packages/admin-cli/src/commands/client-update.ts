import type { AdminClient, WireClient } from '@ambit/sdk';
import type { Input } from '../syntax.ts';
import type { Context } from '../context.ts';
import { Failure } from '../failure.ts';
import { decodeSettings, wholeList } from './client-settings.ts';

/**
 * Changes a client to what the flags say.
 *
 * Settings change in one request, and only while the client still is what was shown (`If-Match`). Roles are
 * assignments with an audit record each: new ones come before the settings, which may need them (default scopes), and
 * others go after.
 */
export async function updateClient(input: Input, context: Context): Promise<WireClient> {
  const name = input.argument('CLIENT');
  const settings = await decodeSettings(input, context);
  const roles = wholeList(input.values('--role'));
  if (Object.keys(settings).length === 0 && roles === undefined) {
    throw new Failure('usage', 'nothing to change', '`ambit client update --help` lists the flags');
  }
  const api = await context.api();
  const { value: before, etag } = await api.clients.find(name);
  const held = before.roles.map(({ role }) => role);
  const assign = (roles ?? held).filter((role) => !held.includes(role));
  const unassign = roles === undefined ? [] : held.filter((role) => !roles.includes(role));

  await context.confirm(describeUpdate(name, Object.keys(settings), assign, unassign));
  let tag = etag;
  if (assign.length > 0) {
    for (const role of assign) {
      await api.clients.assignRole(name, role);
      context.note(`assigned ${role}`);
    }
    tag = await tagAfterRoles(api, before);
  }
  if (Object.keys(settings).length > 0) {
    await api.clients.update(name, settings, tag);
    context.note(`set ${Object.keys(settings).join(', ')}`);
    if (settings.auth === 'secret' && before.auth !== 'secret') {
      context.note(`it has no secret yet; \`ambit client secret add ${name}\` makes one`);
    }
  }
  for (const role of unassign) {
    await api.clients.unassignRole(name, role);
    context.note(`took ${role} away`);
  }
  return (await api.clients.find(name)).value;
}

/** The client's ETag once its roles have changed; its settings must be what they were. */
async function tagAfterRoles(api: AdminClient, before: WireClient): Promise<string | undefined> {
  const { value: after, etag } = await api.clients.find(before.client_id);
  if (settingsOf(after) !== settingsOf(before)) {
    throw new Failure(
      'changed',
      `\`${before.client_id}\` was changed meanwhile; only its roles were set`,
    );
  }
  return etag;
}

function settingsOf(client: WireClient): string {
  const { roles: _roles, revision: _revision, updated_at: _updatedAt, ...settings } = client;
  return JSON.stringify(settings);
}

function describeUpdate(
  name: string,
  settings: readonly string[],
  assign: readonly string[],
  unassign: readonly string[],
): string {
  const changes = [
    settings.length === 0 ? [] : `set ${settings.join(', ')}`,
    assign.length === 0 ? [] : `assign ${assign.join(', ')}`,
    unassign.length === 0 ? [] : `take away ${unassign.join(', ')}`,
  ].flat();
  return `Change \`${name}\`: ${changes.join('; ') || 'nothing'}?`;
}
