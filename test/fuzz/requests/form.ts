import type { Dice } from '../dice.ts';
import { assertionOf } from '../grammar/proofs.ts';
import { brokenForm, formOf, oddText, slip, word } from '../grammar/texts.ts';
import type { Field, FuzzRequest } from '../request.ts';
import { castOf } from '../world.ts';
import type { LiveClient, World } from '../world.ts';
import { METHODS, ODD_TYPES, oddFields } from './odd-fields.ts';

/** A request to an endpoint that takes a form, while it is being made. */
export interface Form {
  method: string;
  readonly path: string;
  pairs: (readonly [name: string, value: string])[];
  fields: Field[];
  type: string;
  rewrite: (body: string) => string;
  chunked: boolean;
  unauthorised: boolean;
  unreachable: boolean;
  client?: LiveClient;
  readonly secrets: string[];
}

/** Something that is wrong with a form. */
export type FormFlaw = (dice: Dice, world: World, form: Form) => void;

/** A form with nothing in it. */
export const newForm = (path: string): Form => ({
  method: 'POST',
  path,
  pairs: [],
  fields: [],
  type: 'application/x-www-form-urlencoded',
  rewrite: (body) => body,
  chunked: false,
  unauthorised: false,
  unreachable: false,
  secrets: [],
});

const SECRET_NAMES = /(?:token|assertion|secret)$/;

/** Whether a parameter is there to hold a secret, and looks as if it did. */
const isCredential = ([name, value]: readonly [string, string]): boolean =>
  SECRET_NAMES.test(name) && /^(?:ey|ambit_)/.test(value);

/** Writes a form down. */
export function renderForm(dice: Dice, form: Form, endpoint: string, flaw: string): FuzzRequest {
  const { method, path, pairs, type, chunked, unauthorised, unreachable, client } = form;
  return {
    endpoint,
    flaw,
    method,
    target: path,
    fields: [...(type === '' ? [] : [['Content-Type', type] as const]), ...form.fields],
    body: form.rewrite(formOf(dice, pairs)),
    secrets: [...form.secrets, ...pairs.filter(isCredential).map(([, value]) => value)],
    ...(chunked ? { chunked } : {}),
    ...(unauthorised ? { unauthorised } : {}),
    ...(unreachable ? { unreachable } : {}),
    ...(client && flaw === 'none' ? { comesWith: { client: client.id } } : {}),
  } as FuzzRequest;
}

/** Puts a parameter in, or another value in its place. */
export function set(form: Form, name: string, value: string): void {
  form.pairs = [...form.pairs.filter(([known]) => known !== name), [name, value]];
}

const CREDENTIALS = ['client_id', 'client_secret', 'client_assertion', 'client_assertion_type'];

function forgetCredentials(form: Form): void {
  form.pairs = form.pairs.filter(([name]) => !CREDENTIALS.includes(name));
  form.fields = form.fields.filter(([name]) => name !== 'Authorization');
}

const basic = (id: string, secret: string): Field => [
  'Authorization',
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`,
];

/** Lets a client prove who it is, in one of the ways that it may. */
export function authenticate(dice: Dice, world: World, form: Form, client: LiveClient): void {
  form.client = client;
  if (client.keys) {
    present(form, assertionOf(dice, world, client, 'sound'));
    return;
  }
  const secret = client.secret ?? 'none';
  form.secrets.push(secret);
  if (dice.chance(0.5)) {
    form.fields.push(basic(client.id, secret));
  } else {
    form.pairs.push(['client_id', client.id], ['client_secret', secret]);
  }
}

/** Lets another client prove who it is. */
export function comeAs(dice: Dice, world: World, form: Form, client: LiveClient): void {
  forgetCredentials(form);
  authenticate(dice, world, form, client);
}

function present(form: Form, assertion: string): void {
  form.secrets.push(assertion);
  form.pairs.push(
    ['client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'],
    ['client_assertion', assertion],
  );
}

/** Comes as somebody who has no right to: a credential that is wrong in some way. */
const asImpostor =
  (disguise: FormFlaw): FormFlaw =>
  (dice, world, form) => {
    forgetCredentials(form);
    form.unauthorised = form.client !== undefined; // a workload needs no credential
    disguise(dice, world, form);
  };

const headerSafe = (text: string): string => text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '?');

/** What is wrong with who a client says it is. */
export const IMPOSTORS: Readonly<Record<string, FormFlaw>> = {
  'no authentication': asImpostor(() => undefined),
  'a wrong secret': asImpostor((dice, world, form) => {
    const { id, secret = 'x' } = castOf(world, dice.pick(['viewer', 'editor', 'front', 'keyed']));
    const slipped = slip(dice, secret);
    const wrong = dice.chance(0.5) || slipped.trim() === secret ? `${secret}x` : slipped;
    if (dice.chance(0.5)) form.fields.push(basic(id, headerSafe(wrong)));
    else form.pairs.push(['client_id', id], ['client_secret', wrong]);
  }),
  'an unknown client': asImpostor((dice, _world, form) => {
    const id = dice.chance(0.5) ? oddText(dice).toWellFormed() : word(dice);
    if (dice.chance(0.5)) form.fields.push(basic(id, word(dice, 40)));
    else form.pairs.push(['client_id', id], ['client_secret', word(dice, 40)]);
  }),
  'a disabled client': asImpostor((dice, world, form) => {
    authenticate(dice, world, form, castOf(world, 'off'));
  }),
  'a hostile assertion': asImpostor((dice, world, form) => {
    const soundness = dice.chance(0.8) ? 'hostile' : 'spent';
    form.unauthorised = false; // what is hostile about it may be in a claim that nobody heeds
    present(form, assertionOf(dice, world, castOf(world, 'keyed'), soundness));
  }),
  'an odd authorization': asImpostor((dice, _world, form) => {
    const odd = ['Basic', 'Basic !', 'Basic Og==', 'Bearer x', 'Digest x', 'Negotiate', 'x', ''];
    form.fields.push([
      'Authorization',
      dice.chance(0.7) ? dice.pick(odd) : headerSafe(oddText(dice)),
    ]);
  }),
};

/** What can be wrong with any form. */
export const FORM_FLAWS: Readonly<Record<string, FormFlaw>> = {
  'two authentications': (_dice, world, form) => {
    const { id, secret = '' } = castOf(world, 'viewer');
    form.fields.push(basic(id, secret));
    form.pairs.push(['client_id', id], ['client_secret', secret]);
  },
  'a repeated parameter': (dice, _world, form) => {
    const [name, value] = form.pairs.length > 0 ? dice.pick(form.pairs) : ['scope', 'x'];
    form.pairs.push([name, dice.chance(0.5) ? value : oddText(dice)]);
  },
  'an odd parameter': (dice, _world, form) => {
    if (form.pairs.length > 0) set(form, dice.pick(form.pairs)[0], oddText(dice));
  },
  'a missing parameter': (dice, _world, form) => {
    const [gone] = form.pairs.length > 0 ? dice.pick(form.pairs) : [''];
    form.pairs = form.pairs.filter(([name]) => name !== gone);
  },
  'a parameter too many': (dice, _world, form) => {
    const names = ['redirect_uri', 'code', 'username', 'password', 'state', '__proto__', 'request'];
    form.pairs.push([dice.chance(0.7) ? dice.pick(names) : oddText(dice), oddText(dice)]);
  },
  'a long parameter': (dice, _world, form) => {
    const [name] = form.pairs.length > 0 ? dice.pick(form.pairs) : ['scope'];
    set(form, name, 'x'.repeat(dice.pick([129, 513, 2049, 16_385, 40_000])));
  },
  'a secret in the wrong place': (dice, world, form) => {
    const { secret = '' } = castOf(world, 'editor');
    const pasted =
      world.tokens.length > 0 && dice.chance(0.5) ? dice.pick(world.tokens).value : secret;
    form.secrets.push(pasted);
    const place = dice.pick(['client_id', 'scope', 'resource', 'grant_type', 'token_type_hint']);
    set(form, place, dice.chance(0.5) ? pasted : `orders:read ${pasted}`);
  },
  'a broken form': (dice, _world, form) => {
    form.rewrite = (body) => brokenForm(dice, body);
  },
  'an odd content type': (dice, _world, form) => {
    form.type = dice.pick(ODD_TYPES);
  },
  'a body too large': (dice, _world, form) => {
    form.rewrite = (body) => `${body}&x=${'y'.repeat(dice.pick([57_000, 200_000]))}`;
    form.chunked = dice.chance(0.3);
  },
  'odd fields': (dice, _world, form) => {
    form.fields.push(...oddFields(dice));
  },
  'a body in chunks': (_dice, _world, form) => {
    form.chunked = true;
  },
  'another method': (dice, _world, form) => {
    form.method = dice.pick(METHODS.filter((method) => method !== 'POST'));
  },
};
