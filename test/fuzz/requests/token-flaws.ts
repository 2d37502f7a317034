import type { Dice } from '../dice.ts';
import { forge } from '../grammar/jwt.ts';
import { externalTokenOf, proofOf } from '../grammar/proofs.ts';
import type { Soundness } from '../grammar/proofs.ts';
import { oddText, slip } from '../grammar/texts.ts';
import { castOf } from '../world.ts';
import type { World } from '../world.ts';
import { authenticate, comeAs, set } from './form.ts';
import type { Form, FormFlaw } from './form.ts';
import { ACCESS_TOKEN, BEARER, EXCHANGE, JWT, TOKEN_PATH } from './token-types.ts';

/** Adds a DPoP proof by any of the fuzzer's keys. */
export function prove(dice: Dice, world: World, form: Form, soundness: Soundness): void {
  const key = dice.pick(world.keys.all);
  const by = (form.client ?? castOf(world, 'bot')).id;
  const proof = proofOf(dice, world, key, { method: 'POST', path: TOKEN_PATH, by }, soundness);
  form.secrets.push(proof);
  form.fields.push(['DPoP', proof]);
}

const SCOPES = [
  'orders:read',
  'orders:write',
  'orders:refund',
  'orders:archive',
  'stock:read',
  'stock:reserve',
  'cards:charge',
  'certs:sign',
  'orders:*',
  'orders:',
  ':read',
  'ambit.client:write',
  'openid',
  'offline_access',
  'orders:raed',
] as const;

/** What can be wrong with what is asked for. */
export const ASKING: Readonly<Record<string, FormFlaw>> = {
  'an odd scope': (dice, _world, form) => {
    const scopes = Array.from({ length: 1 + dice.below(4) }, () =>
      dice.chance(0.6)
        ? dice.pick(SCOPES)
        : dice.chance(0.5)
          ? slip(dice, 'orders:read')
          : oddText(dice),
    );
    const separator = dice.pick([' ', ' ', ' ', '  ', '\t', ',', '\n']);
    set(form, 'scope', scopes.join(separator));
  },
  'scopes of two servers': (dice, _world, form) => {
    set(form, 'scope', dice.shuffle(['orders:read', 'stock:read']).join(' '));
  },
  'a hundred scopes and one': (_dice, _world, form) => {
    set(form, 'scope', Array.from({ length: 101 }, (_, n) => `a:b${String(n)}`).join(' '));
  },
  'an odd resource': (dice, _world, form) => {
    const odd = ['https://stock.example', 'https://none.example', 'shop-api', 'x', '#', ''];
    set(form, 'resource', dice.chance(0.7) ? dice.pick(odd) : oddText(dice));
    if (dice.chance(0.3)) form.pairs.push(['resource', 'https://shop.example']);
  },
  'no scope': (_dice, _world, form) => {
    form.pairs = form.pairs.filter(([name]) => name !== 'scope');
  },
  'no proof': (_dice, _world, form) => {
    form.fields = form.fields.filter(([name]) => name !== 'DPoP');
    set(form, 'scope', 'cards:charge');
  },
  'a hostile proof': (dice, world, form) => {
    form.fields = form.fields.filter(([name]) => name !== 'DPoP');
    prove(dice, world, form, dice.chance(0.7) ? 'hostile' : 'spent');
  },
  'a spent proof': (dice, world, form) => {
    form.fields = form.fields.filter(([name]) => name !== 'DPoP');
    const users = [...world.cast.values()].filter(
      ({ id, secret, keys, scopes }) =>
        (secret ?? keys) !== undefined &&
        scopes.includes('orders:read') &&
        world.spentProofs.some(({ by }) => by === id),
    );
    if (users.length > 0 && form.pairs.some(([, value]) => value === 'client_credentials')) {
      comeAs(dice, world, form, dice.pick(users));
      set(form, 'scope', 'orders:read');
    }
    prove(dice, world, form, 'spent');
  },
  'another grant type': (dice, _world, form) => {
    const types = [
      'password',
      'authorization_code',
      'refresh_token',
      'implicit',
      '',
      EXCHANGE,
      BEARER,
    ];
    set(form, 'grant_type', dice.chance(0.7) ? dice.pick(types) : oddText(dice));
  },
};

const otherTokens = (world: World): string[] => world.tokens.map(({ value }) => value);

/** What can be wrong with a subject or actor token. */
export const EXCHANGING: Readonly<Record<string, FormFlaw>> = {
  'a forged subject token': (dice, world, form) => {
    const [, subject = ''] = form.pairs.find(([name]) => name === 'subject_token') ?? [];
    set(form, 'subject_token', forge(dice, subject, otherTokens(world), world.keys));
    form.unauthorised = true;
  },
  'a dead subject token': (dice, world, form) => {
    set(form, 'subject_token', world.deadTokens.length > 0 ? dice.pick(world.deadTokens) : 'x.y.z');
  },
  'a hostile external token': (dice, world, form) => {
    set(
      form,
      'subject_token',
      externalTokenOf(dice, world, dice.chance(0.8) ? 'hostile' : 'spent'),
    );
    set(form, 'subject_token_type', JWT);
  },
  "somebody else's subject token": (dice, world, form) => {
    const others = [...world.tokens, ...world.adminTokens.values()];
    if (others.length > 0) set(form, 'subject_token', dice.pick(others).value);
  },
  'odd token types': (dice, _world, form) => {
    const type = dice.pick(['subject_token_type', 'actor_token_type', 'requested_token_type']);
    const types = [
      JWT,
      'urn:ietf:params:oauth:token-type:saml2',
      'urn:ietf:params:oauth:token-type:id_token',
    ];
    set(form, type, dice.chance(0.7) ? dice.pick(types) : oddText(dice));
  },
  "somebody else's actor token": (dice, world, form) => {
    const token = world.tokens.length > 0 ? dice.pick(world.tokens).value : 'x';
    set(form, 'actor_token', dice.chance(0.5) ? token : forge(dice, token, [], world.keys));
    set(form, 'actor_token_type', ACCESS_TOKEN);
  },
  'an odd target': (dice, _world, form) => {
    const targets = ['stock-api', 'vault-api', 'ambit', 'none', 'https://stock.example'];
    set(form, 'audience', dice.chance(0.7) ? dice.pick(targets) : oddText(dice));
    if (dice.chance(0.3)) {
      form.pairs.push(['audience', 'shop-api'], ['resource', 'https://x.example']);
    }
  },
};

/** What can be wrong with an assertion from elsewhere. */
export const ASSERTING: Readonly<Record<string, FormFlaw>> = {
  'a hostile external token': (dice, world, form) => {
    set(form, 'assertion', externalTokenOf(dice, world, 'hostile'));
  },
  'a forged external token': (dice, world, form) => {
    const [, assertion = ''] = form.pairs.find(([name]) => name === 'assertion') ?? [];
    const forged = forge(dice, assertion, [], { ...world.keys, all: [world.keys.stranger] });
    set(form, 'assertion', forged);
    form.unauthorised = true;
  },
  'a spent external token': (dice, world, form) => {
    set(form, 'assertion', externalTokenOf(dice, world, 'spent'));
  },
  'an issuer out of reach': (dice, world, form) => {
    set(form, 'assertion', externalTokenOf(dice, world, 'down'));
    form.unreachable = true;
  },
  'an access token': (dice, world, form) => {
    set(form, 'assertion', world.tokens.length > 0 ? dice.pick(world.tokens).value : 'x');
  },
  'another client': (dice, world, form) => {
    authenticate(dice, world, form, castOf(world, dice.pick(['viewer', 'front'])));
  },
};
