import { rollDice } from '../dice.ts';
import { ADMIN_ENDPOINTS } from './admin.ts';
import type { Endpoint } from './endpoint.ts';
import { PRESENTED_ENDPOINTS } from './presented.ts';
import { METRICS_ENDPOINT, RAW_ENDPOINT, READ_ENDPOINTS, UNKNOWN_ENDPOINT } from './reads.ts';
import { TOKEN_ENDPOINTS } from './token.ts';

/** Everything that requests are made to. */
export const ENDPOINTS: readonly Endpoint[] = [
  ...TOKEN_ENDPOINTS,
  ...PRESENTED_ENDPOINTS,
  ...READ_ENDPOINTS,
  METRICS_ENDPOINT,
  ...ADMIN_ENDPOINTS,
  UNKNOWN_ENDPOINT,
  RAW_ENDPOINT,
];

/** One of the things that a request can be: to whom, and what is wrong with it. */
export interface Card {
  readonly endpoint: Endpoint;
  readonly flaw: string;
}

/** How many sound requests come to each that is flawed in one way. */
const SOUND = 6;

const DECK: readonly Card[] = ENDPOINTS.flatMap((endpoint) => [
  ...Array.from({ length: SOUND }, () => ({ endpoint, flaw: 'none' })),
  ...endpoint.flaws.map((flaw) => ({ endpoint, flaw })),
]);

/** How many requests it takes until every flaw of every endpoint has come once. */
export const DECK_SIZE = DECK.length;

/** The card of a request. Each deck is shuffled anew, so every card comes once in {@link DECK_SIZE} requests. */
export function dealer(seed: number): (index: number) => Card {
  let shuffled: { readonly deck: number; readonly cards: readonly Card[] } | undefined;
  return (index) => {
    const deck = Math.floor(index / DECK_SIZE);
    if (shuffled?.deck !== deck) shuffled = { deck, cards: rollDice(seed, deck).shuffle(DECK) };
    return shuffled.cards[index % DECK_SIZE] as Card;
  };
}
