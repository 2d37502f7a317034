import type { Dice } from '../dice.ts';
import { externalTokenOf } from '../grammar/proofs.ts';
import { castOf } from '../world.ts';
import type { LiveClient, LiveToken, World } from '../world.ts';
import type { Endpoint } from './endpoint.ts';
import { authenticate, FORM_FLAWS, IMPOSTORS, newForm, renderForm, set } from './form.ts';
import type { Form, FormFlaw } from './form.ts';
import { ASKING, ASSERTING, EXCHANGING, prove } from './token-flaws.ts';
import { ACCESS_TOKEN, BEARER, EXCHANGE, JWT, TOKEN_PATH } from './token-types.ts';

/** Scopes that one token may carry, by the server they are of. */
const byServer = (scopes: readonly string[]): string[][] =>
  Object.values(Object.groupBy(scopes, (scope) => scope.split(/[.:]/)[0] ?? '')).map(
    (group) => group ?? [],
  );

function askForScope(dice: Dice, form: Form, scopes: readonly string[]): void {
  const group = dice.pick(byServer(scopes));
  const asked = dice.some(group);
  set(form, 'scope', (asked.length > 0 ? asked : group).join(' '));
}

function pickAsker(dice: Dice, world: World): LiveClient {
  const made = world.clients.filter(
    ({ secret, scopes }) => secret !== undefined && scopes.length > 0,
  );
  if (made.length > 0 && dice.chance(0.2)) return dice.pick(made);
  return castOf(
    world,
    dice.pick(['viewer', 'editor', 'partial', 'keyed', 'front', 'ambit-viewer']),
  );
}

function clientCredentials(dice: Dice, world: World): Form {
  const form = newForm(TOKEN_PATH);
  form.pairs.push(['grant_type', 'client_credentials']);
  const client = pickAsker(dice, world);
  askForScope(dice, form, client.scopes);
  authenticate(dice, world, form, client);
  if (dice.chance(0.5)) prove(dice, world, form, 'sound');
  return form;
}

/** A token that somebody sent to the actor, or one of its own. */
function subjectFor(dice: Dice, world: World, actor: LiveClient): LiveToken | undefined {
  const fitting = world.tokens.filter(
    ({ client, audience, key }) =>
      key === undefined && (audience === 'https://shop.example' || client === actor.id),
  );
  return fitting.length > 0 ? dice.pick(fitting) : undefined;
}

function tokenExchange(dice: Dice, world: World): Form {
  const form = newForm(TOKEN_PATH);
  const actor = castOf(world, 'front');
  form.pairs.push(['grant_type', EXCHANGE]);
  if (dice.chance(0.25)) {
    const external = externalTokenOf(dice, world, 'sound');
    form.secrets.push(external);
    form.pairs.push(['subject_token', external], ['subject_token_type', JWT]);
    form.pairs.push(['scope', dice.pick(['orders:read', 'stock:read'])]);
    return form;
  }
  const subject = subjectFor(dice, world, actor)?.value ?? 'none';
  form.secrets.push(subject);
  form.pairs.push(['subject_token', subject], ['subject_token_type', ACCESS_TOKEN]);
  form.pairs.push(['scope', dice.pick(['stock:reserve', 'orders:read'])]);
  const own = world.tokens.find(({ client, key }) => client === actor.id && key === undefined);
  if (own && dice.chance(0.2)) {
    form.pairs.push(['actor_token', own.value], ['actor_token_type', ACCESS_TOKEN]);
  }
  if (dice.chance(0.2)) form.pairs.push(['requested_token_type', dice.pick([ACCESS_TOKEN, JWT])]);
  authenticate(dice, world, form, actor);
  if (dice.chance(0.2)) prove(dice, world, form, 'sound');
  return form;
}

function jwtBearer(dice: Dice, world: World): Form {
  const form = newForm(TOKEN_PATH);
  const assertion = externalTokenOf(dice, world, 'sound');
  form.secrets.push(assertion);
  form.pairs.push(['grant_type', BEARER], ['assertion', assertion], ['scope', 'orders:read']);
  if (dice.chance(0.3)) form.pairs.push(['client_id', castOf(world, 'bot').id]);
  if (dice.chance(0.2)) prove(dice, world, form, 'sound');
  return form;
}

const grant = (
  name: string,
  make: (dice: Dice, world: World) => Form,
  flaws: Readonly<Record<string, FormFlaw>>,
): Endpoint => ({
  name: `POST ${TOKEN_PATH} ${name}`,
  flaws: Object.keys(flaws),
  make(dice, world, flaw) {
    const form = make(dice, world);
    flaws[flaw]?.(dice, world, form);
    return renderForm(dice, form, `POST ${TOKEN_PATH} ${name}`, flaw);
  },
});

/** The token endpoint, by grant. */
export const TOKEN_ENDPOINTS: readonly Endpoint[] = [
  grant('client_credentials', clientCredentials, { ...FORM_FLAWS, ...IMPOSTORS, ...ASKING }),
  grant('token-exchange', tokenExchange, { ...FORM_FLAWS, ...IMPOSTORS, ...ASKING, ...EXCHANGING }),
  grant('jwt-bearer', jwtBearer, { ...FORM_FLAWS, ...ASKING, ...ASSERTING }),
];
