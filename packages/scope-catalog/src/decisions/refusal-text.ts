import type { RefusalReason } from './issuance-terms.ts';

/** Texts from outside are cut to this many characters before they are repeated. */
const QUOTED_MAX = 128;

/**
 * A text in the character set of `error_description` (RFC 6749 §5.2: %x20-21 / %x23-5B / %x5D-7E), whatever it held
 * before; foreign characters become `?`.
 */
export const inErrorCharset = (text: string): string =>
  text.replaceAll(/[^\x20\x21\x23-\x5b\x5d-\x7e]/gu, '?');

/** A name in backticks, fit for an error description. */
export function quoteName(name: string): string {
  const cut = name.length > QUOTED_MAX ? `${name.slice(0, QUOTED_MAX)}...` : name;
  return `\`${inErrorCharset(cut).replaceAll('`', '?')}\``;
}

/** Names in backticks, joined by commas. */
export const quoteNames = (names: readonly string[]): string => names.map(quoteName).join(', ');

/**
 * How one refused scope reads in a sentence; `facts` are its own audience and the request's, and what takes its
 * place.
 */
export function describeRefusal(
  scope: string,
  reason: RefusalReason,
  facts: { readonly own?: string; readonly asked?: string; readonly successor?: string },
): string {
  const name = quoteName(scope);
  switch (reason) {
    case 'unknown':
      return `scope ${name} is unknown`;
    case 'not_entitled':
      return `scope ${name} is not granted to this client`;
    case 'beyond_rule':
      return `scope ${name} is not among those that the federation rule lets this client have`;
    case 'retired':
      return facts.successor === undefined
        ? `scope ${name} is retired`
        : `scope ${name} is retired, ${quoteName(facts.successor)} takes its place`;
    case 'other_audience':
      return `scope ${name} belongs to ${inErrorCharset(facts.own ?? '')}, not to ${inErrorCharset(facts.asked ?? '')}`;
  }
}
