import type { Dice } from '../fuzz/dice.ts';
import { formOf } from '../fuzz/grammar/texts.ts';
import type { FuzzRequest } from '../fuzz/request.ts';
import { asClient, set } from './draft.ts';
import type { Draft, Shown, Twist } from './draft.ts';
import { askForExchange, EXCHANGE_TWISTS } from './exchanges.ts';
import { FORM_TYPES, TWISTS } from './twists.ts';

const TOKEN = '/oauth2/token';
const INTROSPECTION = '/oauth2/introspect';

/** What most requests are: one that is granted, or an introspection of a token that somebody shows. */
function plainDraft(dice: Dice, shown: Shown): Draft {
  const type = dice.chance(0.8) ? 'application/x-www-form-urlencoded' : dice.pick(FORM_TYPES);
  const draft: Draft = { method: 'POST', target: TOKEN, pairs: [], fields: [], type };
  dice.pick(ASK)(dice, draft, shown);
  return draft;
}

const ASK: readonly Twist[] = [askForToken, askForExchange, askAboutToken];

function askForToken(dice: Dice, draft: Draft): void {
  draft.pairs.push(['grant_type', 'client_credentials']);
  if (dice.chance(0.8)) {
    set(
      draft,
      'scope',
      dice.pick(['orders:read', 'stock:read', 'few:leave', 'orders:read orders:archive']),
    );
  }
  if (dice.chance(0.3)) set(draft, 'resource', 'https://api.shop.example');
  asClient(dice, draft, ['editor', 'editor', 'anybody', 'default', 'two', 'partial']);
}

function askAboutToken(dice: Dice, draft: Draft, { tokens }: Shown): void {
  draft.target = INTROSPECTION;
  draft.pairs.push(['token', dice.pick(tokens)]);
  asClient(dice, draft, ['shop-api', 'shop-api', 'editor', 'viewer', 'signed']);
}

/** Makes a request: plain in half of all cases, otherwise twisted once or more. */
export function makeRequest(dice: Dice, shown: Shown): FuzzRequest {
  const draft = plainDraft(dice, shown);
  const exchange = draft.pairs.some(([name]) => name === 'subject_token');
  const twists = dice.chance(0.45) ? 0 : 1 + (dice.chance(0.3) ? 1 + dice.below(2) : 0);
  for (let twist = 0; twist < twists; twist += 1) {
    const kinds = exchange && dice.chance(0.6) ? EXCHANGE_TWISTS : TWISTS;
    dice.pick(kinds)(dice, draft, shown);
  }
  const { method, target, pairs, fields, type, body, way } = draft;
  const form = formOf(
    dice,
    pairs.map(([name, value]) => [name, value.toWellFormed()] as const),
  );
  return {
    endpoint: draft.target,
    flaw: String(twists),
    method,
    target,
    fields: [...(type === '' ? [] : [['Content-Type', type] as const]), ...fields],
    body: body ? body(form) : form,
    ...(way === undefined ? {} : { [way]: true as const }),
    secrets: [],
  };
}
