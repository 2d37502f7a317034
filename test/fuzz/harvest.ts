import { fieldOf } from './connections.ts';
import type { Answer } from './connections.ts';
import { partsOf } from './grammar/jwt.ts';
import type { FuzzRequest } from './request.ts';
import { remember } from './world.ts';
import type { LiveClient, Part, World } from './world.ts';

type Found = Readonly<Record<string, unknown>>;

/** Keeps from an answer whatever requests to come can be made of, and notes what has died. */
export function harvest(world: World, request: FuzzRequest, answer: Answer): void {
  const id = fieldOf(answer, 'x-request-id');
  if (id !== undefined && answer.status < 300) remember(world.requestIds, id);
  noteDeaths(world, request, answer);
  if (answer.status >= 300) return;
  const text = Buffer.from(answer.body, 'latin1').toString();
  const inLines = fieldOf(answer, 'content-type')?.startsWith('application/x-ndjson') === true;
  const body = text.startsWith('{') && !inLines ? (JSON.parse(text) as Found) : {};
  keepSpent(world, request, body);
  if (request.endpoint.startsWith('POST /oauth2/token')) keepToken(world, request, body);
  if (request.route) keepFound(world, request.route.path, body);
}

/** What was good once, and is not for a second time. */
function keepSpent(
  world: World,
  { fields, target, body = '' }: FuzzRequest,
  { access_token: token }: Found,
): void {
  const [, proof] = fields.find(([name]) => name === 'DPoP') ?? [];
  const [path = ''] = target.split('?');
  const by = typeof token === 'string' ? String(claimsOf(token)['client_id']) : undefined;
  if (proof !== undefined) remember(world.spentProofs, { by, path, proof });
  if (!path.startsWith('/oauth2/')) return;
  const form = new URLSearchParams(body);
  const assertion = form.get('client_assertion');
  if (assertion !== null) remember(world.spentAssertions, assertion);
  const external = form.get('assertion') ?? form.get('subject_token');
  if (external && isTakenOnce(external)) remember(world.spentExternals, external);
}

const isTakenOnce = (token: string): boolean => String(claimsOf(token)['sub']).startsWith('once:');

const claimsOf = (token: string): Found => partsOf(token)[1];

function keepToken(world: World, { fields }: FuzzRequest, body: Found): void {
  const value = String(body['access_token']);
  const { client_id: client, aud, scope, jti, cnf } = claimsOf(value);
  if (aud === `${world.issuer}/admin`) return;
  const { jkt } = (cnf ?? {}) as { jkt?: string };
  const key = world.keys.all.find(({ thumbprint }) => thumbprint === jkt);
  if (jkt !== undefined && !key) return;
  const proven = fields.some(([name]) => name === 'DPoP');
  remember(world.tokens, {
    value,
    client: String(client),
    audience: String(aud),
    scopes: String(scope).split(' '),
    ...(proven && key ? { key } : {}),
  });
  remember(world.jtis, String(jti));
}

/** What admin routes tell of: by the names of the members, wherever they stand. */
function keepFound(world: World, path: string, body: Found): void {
  const found = [body, ...((body['items'] ?? []) as Found[]).slice(0, 5)];
  for (const { client_id: client, client_secret: secret, id, kid, version, next } of found) {
    if (typeof kid === 'string' && !world.kids.includes(kid)) remember(world.kids, kid);
    if (typeof id === 'number' && path.startsWith('/audit')) remember(world.recordIds, id);
    if (typeof version === 'number' && path.startsWith('/catalog/versions')) {
      remember(world.versions, version);
    }
    if (typeof secret === 'string' && typeof client === 'string') {
      if (path === '/clients') remember(world.clients, madeClient(client, secret, body));
      if (typeof id === 'string') remember(world.secretIds, { client, id });
    }
    if (typeof next === 'string') remember(world.cursors, { endpoint: path, cursor: next });
  }
  const { client_id: client, revision, roles, assignments } = body;
  if (typeof client === 'string' && revision !== undefined) {
    remember(world.revisions, { client, revision: String(revision) });
  }
  if (typeof client === 'string' && path.includes('/roles/')) {
    for (const { role } of (roles ?? []) as { role: string }[]) {
      if (!role.startsWith('ambit-')) remember(world.assigned, { client, role });
    }
  }
  if (typeof assignments === 'string') remember(world.assignments, assignments);
}

function madeClient(id: string, secret: string, { roles }: Found): LiveClient {
  const names = ((roles ?? []) as { role: string }[]).map(({ role }) => role);
  const scopes = names.includes('viewer') || names.includes('editor') ? ['orders:read'] : [];
  return { id, secret, scopes };
}

function noteDeaths(
  world: World,
  { comesWith, endpoint, target }: FuzzRequest,
  { status }: Answer,
): void {
  const dead = comesWith?.token;
  if (status === 401 && dead !== undefined) {
    for (const [part, { value }] of world.adminTokens) {
      if (value === dead) world.adminTokens.delete(part);
    }
    remember(world.deadTokens, dead);
  }
  if (status === 401 && comesWith?.client !== undefined) suspect(world, comesWith.client);
  if (status >= 300) return;
  if (endpoint === 'POST /oauth2/revoke' || endpoint === 'POST /revocations') {
    const gone = world.tokens.shift();
    if (gone) remember(world.deadTokens, gone.value);
  }
  const changed = /^\/admin\/v1\/clients\/([\w.-]+)/.exec(target)?.[1];
  if (changed !== undefined && !endpoint.startsWith('GET')) suspect(world, changed);
  if (endpoint === 'DELETE /clients/{client_id}' && changed !== undefined) {
    const at = world.clients.findIndex(({ id }) => id === changed);
    if (at >= 0) world.clients.splice(at, 1);
  }
}

function suspect(world: World, id: string): void {
  for (const [part, client] of world.cast) {
    if (client.id === id) world.suspects.add(part as Part);
  }
}
