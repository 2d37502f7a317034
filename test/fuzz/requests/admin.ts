import { openApiRoute } from '../../../packages/idp/src/admin-api/openapi.ts';
import type { Route } from '../../../packages/idp/src/admin-api/route.ts';
import { ADMIN_API_PATH, ROUTES } from '../../../packages/idp/src/admin-api/routes.ts';
import type { Dice } from '../dice.ts';
import { BODIES } from '../grammar/bodies.ts';
import { anyJson, brokenJson, mangle, trickyJson } from '../grammar/json.ts';
import type { Json } from '../grammar/json.ts';
import { liveValues } from '../grammar/live.ts';
import { conform } from '../grammar/schema.ts';
import { escaped, formOf, oddText, slip, word } from '../grammar/texts.ts';
import { utf8 } from '../request.ts';
import type { Field, FuzzRequest } from '../request.ts';
import { castOf } from '../world.ts';
import type { World } from '../world.ts';
import type { Endpoint } from './endpoint.ts';
import { identify, IDENTITY_FLAWS } from './identity.ts';
import { METHODS, ODD_TYPES, oddFields } from './odd-fields.ts';

/** The routes of the admin API, the one that describes them included. */
export const ALL_ROUTES: readonly Route[] = [...ROUTES, openApiRoute];

type Params = Readonly<Record<string, string>>;

const GENERAL_FLAWS = [
  'an odd query',
  'a repeated query',
  'odd fields',
  'another method',
  'a body nobody wants',
  'a secret in the wrong place',
];
const PATH_FLAWS = ['an odd path', 'nothing there'];
const CLIENT_FLAWS = ['a privileged client'];
const BODY_FLAWS = [
  'an odd body',
  'a tricky body',
  'no JSON',
  'an odd content type',
  'a body too large',
  'no body',
  'a body in chunks',
];

const flawsOf = (route: Route): string[] => [
  ...(route.scope === 'none' ? [] : IDENTITY_FLAWS),
  ...GENERAL_FLAWS,
  ...(route.params ? PATH_FLAWS : []),
  ...(route.path.includes('{client_id}') ? CLIENT_FLAWS : []),
  ...(route.body ? BODY_FLAWS : []),
  ...(route.method === 'GET' ? [] : ['an odd precondition']),
];

/** Names that belong together: a secret and whose it is, a role and who holds it. */
function pairedParams(dice: Dice, world: World, { method, path }: Route): Params {
  if (path.endsWith('/secrets/{secret_id}') && world.secretIds.length > 0) {
    const { client, id } = dice.pick(world.secretIds);
    return { client_id: client, secret_id: id };
  }
  if (method === 'DELETE' && path.endsWith('/roles/{role}') && world.assigned.length > 0) {
    const { client, role } = dice.pick(world.assigned);
    return { client_id: client, role };
  }
  const [first] = world.clients;
  const hoards = method === 'POST' && path.endsWith('/secrets') && dice.chance(0.6);
  return hoards && first ? { client_id: first.id } : {};
}

function paramsOf(dice: Dice, world: World, route: Route, flaw: string): Params {
  if (route.params === undefined) return {};
  const live = liveValues(dice, world, route.path);
  const made = conform(dice, route.params, live) as Params;
  const params: Params = { ...made, ...pairedParams(dice, world, route) };
  const name = dice.pick(Object.keys(params));
  if (flaw === 'an odd path') {
    return { ...params, [name]: dice.chance(0.5) ? oddText(dice) : slip(dice, params[name] ?? '') };
  }
  if (flaw === 'a privileged client') {
    const role = dice.pick(['ambit-editor', 'ambit-responder', 'ambit-viewer'] as const);
    return { ...params, client_id: castOf(world, role).id };
  }
  if (flaw === 'nothing there') {
    const number = /^(?:version|from|to)$/.test(name);
    return { ...params, [name]: number ? '999999' : word(dice, 12) };
  }
  return params;
}

function queryOf(dice: Dice, world: World, route: Route, flaw: string): string {
  const made =
    route.query === undefined
      ? {}
      : conform(dice, route.query, liveValues(dice, world, route.path));
  const pairs = Object.entries(made as Record<string, Json>).map(
    ([name, value]): [string, string] => [name, String(value)],
  );
  const names = [...Object.keys(route.query?.properties ?? {}), 'surplus', '__proto__'];
  if (flaw === 'an odd query') {
    const odd = dice.pick(names);
    const rest = pairs.filter(([name]) => name !== odd);
    const query = formOf(dice, [...rest, [odd, oddText(dice)]]);
    return dice.chance(0.2) ? `?${query}&%&=&&%ff` : `?${query}`;
  }
  if (flaw === 'a repeated query') {
    const name = dice.pick(names);
    pairs.push([name, '1'], [name, '1']);
  }
  return pairs.length === 0 ? '' : `?${formOf(dice, pairs)}`;
}

/** The text of a body, and what it is said to be. */
function bodyOf(
  dice: Dice,
  world: World,
  route: Route,
  flaw: string,
): { readonly body?: string; readonly type?: string } {
  const type = 'application/json';
  if (flaw === 'a body nobody wants') return { body: 'a=1&'.repeat(dice.below(3000)), type };
  if (route.body === undefined || flaw === 'no body') return {};
  if (flaw === 'a body too large') {
    return { body: ' '.repeat((route.bodyLimit ?? 65_536) + 1 + dice.below(1000)), type };
  }
  const name = `${route.method} ${route.path}`;
  const make =
    BODIES[name] ?? (() => conform(dice, route.body ?? {}, liveValues(dice, world, name)));
  const made = make(dice, world);
  const odd = dice.chance(0.2) ? anyJson(dice) : mangle(dice, made);
  const text = utf8(JSON.stringify(flaw === 'an odd body' ? odd : made));
  switch (flaw) {
    case 'a tricky body':
      return { body: utf8(trickyJson(dice, JSON.stringify(made))), type };
    case 'no JSON':
      return { body: brokenJson(dice, text), type };
    case 'an odd content type':
      return { body: text, type: dice.pick(ODD_TYPES) };
    default:
      if (route.bodyOptional && flaw === 'none' && dice.chance(0.4)) return {};
      return { body: text, type: dice.chance(0.2) ? `${type}; charset=UTF-8` : type };
  }
}

const ODD_PRECONDITIONS = [
  '"0"',
  '"1", "2"',
  'W/"1"',
  '1',
  '"x"',
  '*, *',
  '"99999999999999999999"',
];

function preconditionOf(
  dice: Dice,
  world: World,
  route: Route,
  params: Params,
  flaw: string,
): Field[] {
  if (flaw === 'an odd precondition') return [['If-Match', dice.pick(ODD_PRECONDITIONS)]];
  if (route.ifMatch === undefined || flaw !== 'none' || dice.chance(0.7)) return [];
  const known = world.revisions.filter(({ client }) => client === params['client_id']).at(-1);
  return known === undefined ? [['If-Match', '*']] : [['If-Match', `"${known.revision}"`]];
}

const fill = (dice: Dice, path: string, params: Params): string =>
  ADMIN_API_PATH +
  path.replaceAll(/\{(\w+)\}/g, (_match, name: string) => escaped(dice, params[name] ?? ''));

/** Puts a secret or token where a slip of the hand might put it; gives the target and the secret. */
function misplace(dice: Dice, world: World, path: string): { target: string; secret: string } {
  const { secret = '' } = castOf(world, 'editor');
  const tokens = [...world.tokens, ...world.adminTokens.values()].map(({ value }) => value);
  const pasted = tokens.length > 0 && dice.chance(0.5) ? dice.pick(tokens) : secret;
  const names = ['client', 'scope', 'cursor', 'token', 'jti', 'request_id', 'holding'];
  const inPath = ADMIN_API_PATH + path.replace(/\{\w+\}/, pasted).replaceAll(/\{\w+\}/g, 'x');
  const target =
    path.includes('{') && dice.chance(0.5) ? inPath : `${inPath}?${dice.pick(names)}=${pasted}`;
  return { target, secret: pasted };
}

function makeRequest(dice: Dice, world: World, route: Route, flaw: string): FuzzRequest {
  const params = paramsOf(dice, world, route, flaw);
  const path = fill(dice, route.path, params);
  const query = queryOf(dice, world, route, flaw);
  const others = METHODS.filter((method) => method !== route.method && method !== 'HEAD');
  const method = flaw === 'another method' ? dice.pick(others) : route.method;
  const misplaced =
    flaw === 'a secret in the wrong place' ? misplace(dice, world, route.path) : undefined;
  const identity = identify(dice, world, route, { method, path }, flaw);
  const { body, type } = bodyOf(dice, world, route, flaw);
  return {
    endpoint: `${route.method} ${route.path}`,
    flaw,
    method,
    target: misplaced?.target ?? path + query,
    fields: [
      ...identity.fields,
      ...(type === undefined || type === '' ? [] : [['Content-Type', type] as const]),
      ...preconditionOf(dice, world, route, params, flaw),
      ...(flaw === 'odd fields' ? oddFields(dice) : []),
    ],
    ...(body === undefined ? {} : { body }),
    ...(flaw === 'a body in chunks' ? { chunked: true as const } : {}),
    secrets: [...identity.secrets, ...(misplaced ? [misplaced.secret] : [])],
    route:
      ALL_ROUTES.find((other) => other.path === route.path && other.method === method) ?? route,
    ...(identity.unauthorised ? { unauthorised: true as const } : {}),
    ...(identity.token === undefined ? {} : { comesWith: { token: identity.token } }),
  };
}

/** The admin API: every route of its table. */
export const ADMIN_ENDPOINTS: readonly Endpoint[] = ALL_ROUTES.map((route) => ({
  name: `${route.method} ${route.path}`,
  flaws: flawsOf(route),
  make: (dice, world, flaw) => makeRequest(dice, world, route, flaw),
}));
