import type { Issue } from './issue.ts';

/** An exchange that may be asked for, and by whom. */
export interface Mandate {
  readonly actor: string;
  readonly subject: string;
  /** None where what is carried is to be carried on. */
  readonly scope?: string;
  /** A token of the actor's own. */
  readonly actorToken?: string;
}

/** The actors of a chain, root first, each with what it asks for; the last asks for one exchange too many. */
const CHAIN = [
  ['shop-api', 'stock:read'],
  ['stock-api', 'ledger:post'],
  ['ledger-api', 'few:leave'],
  ['few-api', 'stock:read'],
  ['stock-two', 'ledger:read'],
  ['ledger-two', 'few:leave'],
] as const;

/** Exchanges to be asked for: along a whole chain, on other ways from its tokens, and of tokens that are strange. */
export async function makeMandates(
  issue: Issue,
  strange: readonly string[],
): Promise<readonly Mandate[]> {
  const chain: Mandate[] = [];
  let subject = await issue('viewer', { scope: 'orders:read' });
  for (const [index, [actor, scope]] of CHAIN.entries()) {
    chain.push({ actor, subject, scope });
    if (index < CHAIN.length - 1) subject = await issue(actor, { subject, scope });
  }
  const [first, second] = chain.map(({ subject: token }) => token) as [string, string];
  const both = await issue('editor', { scope: 'orders:read orders:archive' });
  const acting = { actor: 'acting', actorToken: await issue('acting', { scope: 'ledger:read' }) };
  return [
    ...Array.from({ length: 10 }, () => chain).flat(), // more often than everything else together
    { actor: 'shop-api', subject: first, scope: 'ledger:close' },
    { actor: 'shop-api', subject: first, scope: 'few:leave' },
    ...NOT_PLAIN_SCOPES.map((scope) => ({ actor: 'shop-api', subject: first, scope })),
    { actor: 'stock-api', subject: second, scope: 'ledger:read ledger:post' },
    { actor: 'stock-api', subject: second, scope: 'orders:read' },
    { actor: 'editor', subject: both, scope: 'orders:archive' },
    { actor: 'editor', subject: both },
    { ...acting, subject: both, scope: 'orders:read' },
    { ...acting, subject: both, scope: 'stock:reserve stock:read' },
    { ...acting, subject: both },
    { ...acting, subject: first, scope: 'stock:reserve' },
    ...strange.map((token) => ({ actor: 'shop-api', subject: token, scope: 'stock:read' })),
  ];
}

/** Scopes whose tokens are bound, or counted in quotas, or for an audience that is no URL. */
export const NOT_PLAIN_SCOPES = [
  ...['few:take', 'few:watch', 'odd:look', 'cards:charge', 'certs:sign'],
];
