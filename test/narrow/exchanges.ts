import { TOKEN_EXCHANGE } from '../../packages/idp/src/oauth/grant-types.ts';
import { TOKEN_TYPES } from '../../packages/idp/src/oauth/token-types.ts';
import type { Dice } from '../fuzz/dice.ts';
import { oddText, slip } from '../fuzz/grammar/texts.ts';
import { asClient, come, drop, set } from './draft.ts';
import type { Draft, Shown, Twist } from './draft.ts';
import { AUDIENCES, SCOPES } from './policy.ts';

const TYPES = [
  ...Object.values(TOKEN_TYPES),
  'urn:ietf:params:oauth:token-type:refresh_token',
  'urn:ietf:params:oauth:token-type:saml2',
] as const;
const OUR_TYPES = [TOKEN_TYPES.accessToken, TOKEN_TYPES.accessToken, TOKEN_TYPES.jwt] as const;
const SERVERS = ['shop-api', 'stock-api', 'ledger-api', 'few-api', 'cert-api', 'ambit'] as const;
const ACTORS = [
  ...['shop-api', 'acting', 'stock-api', 'stock-two', 'ledger-api', 'ledger-two', 'few-api'],
  ...['viewer', 'editor', 'anybody'],
] as const;

/** Asks for an exchange as whoever may. */
export function askForExchange(dice: Dice, draft: Draft, { mandates }: Shown): void {
  const { actor, subject, scope, actorToken } = dice.pick(mandates);
  draft.pairs.push(
    ['grant_type', TOKEN_EXCHANGE],
    ['subject_token', subject],
    ['subject_token_type', dice.pick(OUR_TYPES)],
  );
  if (scope !== undefined) set(draft, 'scope', scope);
  if (dice.chance(0.1)) set(draft, 'requested_token_type', dice.pick(OUR_TYPES));
  if (actorToken !== undefined && dice.chance(0.5)) {
    showActor(draft, actorToken, dice.pick(OUR_TYPES));
  }
  come(dice, draft, actor, `${actor}-secret`);
}

function showActor(draft: Draft, token: string, type: string): void {
  set(draft, 'actor_token', token);
  set(draft, 'actor_token_type', type);
}

/** What is wrong with an exchange, or merely unusual. */
export const EXCHANGE_TWISTS: readonly Twist[] = [
  (dice, draft) => asClient(dice, draft, ACTORS),
  (dice, draft, { tokens }) => set(draft, 'subject_token', dice.pick(tokens)),
  (dice, draft, { mandates }) =>
    set(draft, 'subject_token', slip(dice, dice.pick(mandates).subject)),
  (dice, draft) => set(draft, 'subject_token', oddText(dice)),
  (dice, draft) => set(draft, 'subject_token_type', dice.pick(TYPES)),
  (dice, draft) => set(draft, 'subject_token_type', oddText(dice)),
  (dice, draft) => set(draft, 'requested_token_type', dice.pick(TYPES)),
  (dice, draft) => set(draft, 'requested_token_type', oddText(dice)),
  (dice, draft, { tokens }) => showActor(draft, dice.pick(tokens), dice.pick(TYPES)),
  (dice, draft, { mandates }) =>
    showActor(draft, dice.pick(mandates).actorToken ?? 'x', TOKEN_TYPES.accessToken),
  (_dice, draft) => set(draft, 'actor_token_type', TOKEN_TYPES.accessToken),
  (dice, draft, { tokens }) => set(draft, 'actor_token', dice.pick(tokens)),
  (dice, draft) =>
    drop(draft, dice.pick(['subject_token', 'subject_token_type', 'actor_token', 'scope'])),
  (dice, draft) => set(draft, 'audience', dice.pick([...SERVERS, ...AUDIENCES])),
  (dice, draft) => set(draft, 'resource', dice.pick(AUDIENCES)),
  (dice, draft) => set(draft, 'audience', slip(dice, dice.pick([...SERVERS, ...AUDIENCES]))),
  (dice, draft) => draft.pairs.push(['audience', dice.pick([...SERVERS, ...AUDIENCES])]),
  (dice, draft) => draft.pairs.push(['resource', dice.pick(AUDIENCES)]),
  (dice, draft) => set(draft, 'scope', dice.pick(SCOPES)),
  (dice, draft) => set(draft, 'scope', dice.some(SCOPES, 3).join(' ')),
  (dice, draft) => {
    const [, scope = ''] = draft.pairs.find(([name]) => name === 'scope') ?? [];
    set(draft, 'scope', `${scope} ${dice.pick(SCOPES)}`);
  },
  (dice, draft) => {
    const [name, value] = dice.pick(draft.pairs.filter(([known]) => known !== 'client_secret'));
    draft.pairs.push([name, value]);
  },
];
