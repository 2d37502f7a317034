import type { Dice } from '../fuzz/dice.ts';
import { TOKEN_EXCHANGE } from '../../packages/idp/src/oauth/grant-types.ts';
import { brokenForm, oddText, slip, word } from '../fuzz/grammar/texts.ts';
import { METHODS, ODD_TYPES, oddFields } from '../fuzz/requests/odd-fields.ts';
import { asClient, base64, come, drop, set } from './draft.ts';
import type { Draft, Twist } from './draft.ts';
import { NOT_PLAIN_SCOPES } from './mandates.ts';
import { AUDIENCES, CLIENTS, SCOPES } from './policy.ts';

/** What is wrong with a request, or merely unusual. */
export const TWISTS: readonly Twist[] = [
  (dice, draft) =>
    asClient(
      dice,
      draft,
      CLIENTS.map(({ clientId }) => clientId),
    ),
  (dice, draft) => asClient(dice, draft, ['off', 'late', 'keyed', 'bot']),
  (dice, draft) => {
    asClient(dice, draft, ['anybody']);
    set(draft, 'scope', dice.pick(NOT_PLAIN_SCOPES));
  },
  (dice, draft) => {
    asClient(dice, draft, ['partial']);
    set(draft, 'scope', `orders:read${dice.pick(SEPARATORS)}orders:write`);
  },
  (dice, draft) => come(dice, draft, 'editor', slip(dice, 'editor-secret')),
  (dice, draft) => come(dice, draft, slip(dice, 'editor'), 'editor-secret'),
  (dice, draft) => come(dice, draft, dice.chance(0.5) ? word(dice) : oddText(dice), word(dice)),
  (dice, draft) => oddBasic(dice, draft),
  (dice, draft) => drop(draft, dice.pick(['client_id', 'client_secret'])),
  (_dice, draft) => draft.pairs.push(['client_id', 'editor']),
  (_dice, draft) => draft.pairs.push(['client_secret', 'editor-secret']),
  (dice, draft) => set(draft, 'scope', dice.some(SCOPES, 5).join(dice.pick([' ', ' ', '  ', ',']))),
  (dice, draft) => set(draft, 'scope', slip(dice, dice.some(SCOPES, 3).join(' '))),
  (dice, draft) => set(draft, 'scope', 'orders:read '.repeat(1 + dice.below(3)).trim()),
  (dice, draft) => set(draft, 'scope', oddText(dice)),
  (_dice, draft) => set(draft, 'scope', Array.from({ length: 101 }, (_, n) => `s:${n}`).join(' ')),
  (_dice, draft) => drop(draft, 'scope'),
  (dice, draft) => set(draft, 'resource', dice.pick(AUDIENCES)),
  (dice, draft) => set(draft, 'resource', slip(dice, dice.pick(AUDIENCES))),
  (dice, draft) => set(draft, 'resource', oddText(dice)),
  (dice, draft) => draft.pairs.push(['resource', dice.pick(AUDIENCES)]),
  (dice, draft) => set(draft, 'grant_type', dice.chance(0.5) ? dice.pick(GRANTS) : oddText(dice)),
  (dice, draft) => set(draft, 'token', dice.pick(tokensOr(draft))),
  (dice, draft, { tokens }) => set(draft, 'token', slip(dice, dice.pick(tokens))),
  (dice, draft) => set(draft, 'token', oddText(dice)),
  (_dice, draft) => drop(draft, 'token', 'grant_type'),
  (dice, draft) =>
    set(draft, 'token_type_hint', dice.chance(0.5) ? dice.pick(HINTS) : oddText(dice)),
  (dice, draft) => set(draft, dice.pick(OTHER_PARAMETERS), dice.chance(0.5) ? 'x' : oddText(dice)),
  (dice, draft) => {
    const [name = 'x', value = ''] = draft.pairs[dice.below(draft.pairs.length)] ?? [];
    draft.pairs.push([name, dice.chance(0.5) ? value : '']);
  },
  (dice, draft) => set(draft, draft.pairs[dice.below(draft.pairs.length)]?.[0] ?? 'x', ''),
  (dice, draft) => (draft.pairs = dice.shuffle(draft.pairs)),
  (dice, draft) => draft.fields.push(...oddFields(dice)),
  (dice, draft) => draft.fields.push(['Accept', dice.pick(ACCEPTED)]),
  (_dice, draft) => draft.fields.push(['DPoP', 'x']),
  (_dice, draft) => draft.fields.push(['traceparent', `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`]),
  (dice, draft) => (draft.type = dice.pick([...ODD_TYPES, ...FORM_TYPES])),
  (dice, draft) => (draft.type = dice.pick(FORM_TYPES)),
  (dice, draft) => (draft.body = (form) => brokenForm(dice, form)),
  (_dice, draft) => (draft.body = (form) => form.replaceAll('=', '%3D')),
  (dice, draft) =>
    (draft.body = (form) => `${form}&x=${'y'.repeat(dice.pick([19_000, 21_000, 60_000]))}`),
  (_dice, draft) => (draft.body = () => ''),
  (dice, draft) => (draft.way = dice.pick(['chunked', 'inParts'])),
  (dice, draft) => (draft.method = dice.pick(METHODS.filter((method) => method !== 'HEAD'))),
  (dice, draft) => (draft.target = dice.pick(TARGETS)(draft.target)),
];

const tokensOr = ({ pairs }: Draft): string[] => [pairs[0]?.[1] ?? 'x', 'a.b.c', 'x.y'];

const headerSafe = (text: string): string => text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '?');

function oddBasic(dice: Dice, draft: Draft): void {
  drop(draft, 'client_id', 'client_secret');
  const sound = base64('editor:editor-secret');
  const value = dice.pick([
    `basic ${sound}`,
    `BASIC ${sound}`,
    `Basic  ${sound}`,
    `Basic ${sound.replaceAll('=', '')}`,
    `Basic ${sound} `,
    `Basic ${slip(dice, sound)}`,
    `Basic ${base64('editor')}`,
    `Basic ${base64('editor:')}`,
    `Basic ${base64(':editor-secret')}`,
    `Basic ${base64('e%64itor:editor%2Dsecret')}`,
    `Basic ${base64('editor:editor+secret')}`,
    `Basic ${base64('editor:editor-secret:more')}`,
    `Basic ${base64('edito\u00e9:editor-secret')}`,
    `Basic ${base64(`editor:${oddText(dice)}`)}`,
    `Bearer ${sound}`,
    sound,
    'Basic',
    'Basic ',
    '',
  ]);
  draft.fields.push(['Authorization', headerSafe(value)]);
}

const SEPARATORS = ['  ', ' " ', ' \\ ', ' é ', ' no:such '];

const GRANTS = [
  ...['client_credentials', 'CLIENT_CREDENTIALS', ' client_credentials', 'implicit', 'password'],
  ...['authorization_code', 'refresh_token', TOKEN_EXCHANGE],
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
] as const;
const HINTS = ['access_token', 'refresh_token', 'id_token', 'x'.repeat(129)] as const;
const OTHER_PARAMETERS = [
  ...[
    'audience',
    'authorization_details',
    'client_assertion',
    'client_assertion_type',
    'assertion',
  ],
  ...['subject_token', 'actor_token', 'token', 'scope', 'unknown', '__proto__', 'toString'],
] as const;
const ACCEPTED = [
  ...['*/*', 'application/json', 'application/json, text/plain, */*', 'text/html', 'text/plain'],
  ...['application/token-introspection+jwt', 'application/json;q=0.5, */*', 'application/*'],
  'application/token-introspection+jwt, application/json',
] as const;
/** The type of a form, in more or less usual spellings. */
export const FORM_TYPES = [
  'application/x-www-form-urlencoded; charset=utf-8',
  'application/x-www-form-urlencoded;charset=UTF-8',
  'Application/X-WWW-Form-Urlencoded',
  'application/x-www-form-urlencoded; charset=iso-8859-1',
  'application/x-www-form-urlencoded; boundary=x',
  ' application/x-www-form-urlencoded',
] as const;
const TARGETS: readonly ((path: string) => string)[] = [
  (path) => `${path}?scope=orders:write`,
  (path) => `${path}/`,
  (path) => `/${path}`,
  (path) => `http://elsewhere.example${path}`,
  (path) => path.toUpperCase(),
  (path) => path.replace('oauth2', '%6fauth2'),
  () => '/oauth2/revoke',
];
