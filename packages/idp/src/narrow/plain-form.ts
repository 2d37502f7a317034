import { PARAMETER_MAX_LENGTHS } from '../oauth/parameters.ts';

/** A parameter that the OAuth endpoints know. */
export type Name = keyof typeof PARAMETER_MAX_LENGTHS;

/** Parameters of a request, none of them empty. */
export type Form = Readonly<Partial<Record<Name, string>>>;

/** A form as it is sent: nothing in it needs a character set. */
const FORM = /^[\x21-\x7E]+$/;

/**
 * Reads a form of parameters that the OAuth endpoints know, each of them once, none empty and none too long; undefined for
 * every other.
 */
export function readForm(body: string): Form | undefined {
  if (!FORM.test(body)) return undefined;
  const form: Partial<Record<Name, string>> = {};
  for (const pair of body.split('&')) {
    const equals = pair.indexOf('=');
    const name = pair.slice(0, Math.max(equals, 0));
    const value = decode(pair.slice(equals + 1));
    if (!isKnown(name) || form[name] !== undefined || !value) return undefined;
    if (value.length > PARAMETER_MAX_LENGTHS[name]) return undefined;
    form[name] = value;
  }
  return form;
}

const isKnown = (name: string): name is Name => Object.hasOwn(PARAMETER_MAX_LENGTHS, name);

/** The value of a field of a form; undefined where its escapes are none. */
function decode(value: string): string | undefined {
  if (!/[%+]/.test(value)) return value;
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
