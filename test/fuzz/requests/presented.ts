import type { Dice } from '../dice.ts';
import { forge } from '../grammar/jwt.ts';
import { tokenFor } from '../grammar/proofs.ts';
import { oddText } from '../grammar/texts.ts';
import { castOf } from '../world.ts';
import type { World } from '../world.ts';
import { authenticate, FORM_FLAWS, IMPOSTORS, newForm, renderForm, set } from './form.ts';
import type { Form, FormFlaw } from './form.ts';
import type { Endpoint } from './endpoint.ts';

/** A request about a token, by somebody who may know about it. */
function present(dice: Dice, world: World, path: string): Form {
  const form = newForm(path);
  const revokes = path.endsWith('revoke');
  const client = castOf(
    world,
    dice.pick(revokes ? ['viewer', 'keyed'] : ['front', 'stock', 'viewer']),
  );
  const seen = { front: 'https://shop.example', stock: 'https://stock.example' };
  const audience = client.id.startsWith('stock') ? seen.stock : seen.front;
  const addressed = world.tokens.filter((token) => token.audience === audience);
  const token =
    !revokes && addressed.length > 0 ? dice.pick(addressed) : tokenFor(dice, world, client.id);
  form.pairs.push(['token', token?.value ?? 'none']);
  form.secrets.push(token?.value ?? 'none');
  if (dice.chance(0.3)) form.pairs.push(['token_type_hint', 'access_token']);
  if (dice.chance(0.2)) form.fields.push(['Accept', 'application/token-introspection+jwt']);
  authenticate(dice, world, form, client);
  return form;
}

const PRESENTING: Readonly<Record<string, FormFlaw>> = {
  'a forged token': (dice, world, form) => {
    const [, token = ''] = form.pairs.find(([name]) => name === 'token') ?? [];
    const others = world.tokens.map(({ value }) => value);
    set(form, 'token', forge(dice, token, others, world.keys));
  },
  'a dead token': (dice, world, form) => {
    set(form, 'token', world.deadTokens.length > 0 ? dice.pick(world.deadTokens) : 'x.y.z');
  },
  "somebody else's token": (dice, world, form) => {
    const others = [...world.tokens, ...world.adminTokens.values()];
    if (others.length > 0) set(form, 'token', dice.pick(others).value);
  },
  'an odd hint': (dice, _world, form) => {
    set(form, 'token_type_hint', oddText(dice));
  },
};

function endpoint(path: string): Endpoint {
  const flaws = { ...FORM_FLAWS, ...IMPOSTORS, ...PRESENTING };
  return {
    name: `POST ${path}`,
    flaws: Object.keys(flaws),
    make(dice, world, flaw) {
      const form = present(dice, world, path);
      flaws[flaw as keyof typeof flaws]?.(dice, world, form);
      return renderForm(dice, form, `POST ${path}`, flaw);
    },
  };
}

/** Introspection and revocation. */
export const PRESENTED_ENDPOINTS: readonly Endpoint[] = [
  endpoint('/oauth2/introspect'),
  endpoint('/oauth2/revoke'),
];
