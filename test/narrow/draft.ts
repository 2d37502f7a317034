import type { Dice } from '../fuzz/dice.ts';
import type { Field } from '../fuzz/request.ts';
import type { Mandate } from './mandates.ts';

/** A request while it is being made. */
export interface Draft {
  method: string;
  target: string;
  pairs: (readonly [name: string, value: string])[];
  fields: Field[];
  type: string;
  body?: (form: string) => string;
  way?: 'chunked' | 'inParts';
}

/** What there is to be shown in requests. */
export interface Shown {
  /** Tokens of every kind, good ones and others. */
  readonly tokens: readonly string[];
  /** Exchanges to be asked for. */
  readonly mandates: readonly Mandate[];
}

/** Makes something of a draft. */
export type Twist = (dice: Dice, draft: Draft, shown: Shown) => void;

/** Gives a parameter one value. */
export function set(draft: Draft, name: string, value: string): void {
  draft.pairs = [...draft.pairs.filter(([known]) => known !== name), [name, value]];
}

/** Takes parameters away. */
export function drop(draft: Draft, ...names: string[]): void {
  draft.pairs = draft.pairs.filter(([name]) => !names.includes(name));
}

/** Asks as somebody, in the form or in the basic scheme. */
export function come(dice: Dice, draft: Draft, id: string, secret: string): void {
  drop(draft, 'client_id', 'client_secret');
  draft.fields = draft.fields.filter(([name]) => name !== 'Authorization');
  if (dice.chance(0.5)) draft.pairs.push(['client_id', id], ['client_secret', secret]);
  else draft.fields.push(['Authorization', `Basic ${base64(`${id}:${secret}`)}`]);
}

/** Of UTF-8. */
export const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Asks as one of these clients, with its secret. */
export function asClient(dice: Dice, draft: Draft, ids: readonly string[]): void {
  const id = dice.pick(ids);
  come(dice, draft, id, `${id}-secret`);
}
