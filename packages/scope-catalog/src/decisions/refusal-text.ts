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
export const quoteName = (name: string): string => {
  const cut = name.length > QUOTED_MAX ? `${name.slice(0, QUOTED_MAX)}...` : name;
  return `\`${inErrorCharset(cut).replaceAll('`', '?')}\``;
};

/** Names in backticks, joined by commas. */
export const quoteNames = (names: readonly string[]): string => names.map(quoteName).join(', ');

/** How one refused scope reads in a sentence; `audiences` are the scope's own and the request's. */
export function describeRefusal(
  scope: string,
  reason: RefusalReason,
  audiences: { readonly own?: string; readonly asked?: string },
): string {
  const name = quoteName(scope);
  switch (reason) {
    case 'unknown':
      return `scope ${name} is unknown`;
    case 'not_entitled':
      return `scope ${name} is not granted to this client`;
    case 'retired':
      return `scope ${name} is retired`;
    case 'other_audience':
      return `scope ${name} belongs to ${inErrorCharset(audiences.own ?? '')}, not to ${inErrorCharset(audiences.asked ?? '')}`;
  }
}
