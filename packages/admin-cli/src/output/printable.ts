/**
 * Characters with which a text moves a terminal's cursor, sets its colours or turns the order of what is read: the
 * controls, of which terminals heed those above U+007F as well (ECMA-48 §5.3), line and paragraph separators, and the
 * marks of direction (UAX #9).
 */
const UNPRINTABLE = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** Those that JSON and YAML leave as they are. */
const LEFT_RAW = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * A server's words without such characters, some of which may be a stranger's: the audit log keeps what was claimed.
 */
export const printable = (text: string): string => text.replace(UNPRINTABLE, ' ');

/** Whether a text has characters that neither JSON nor YAML escapes by itself. */
export const needsEscapes = (text: string): boolean => text.search(LEFT_RAW) >= 0;

/**
 * JSON, or YAML whose texts of such characters are in double quotes, that says the same in characters that do no
 * harm.
 */
export const escapeUnprintable = (written: string): string =>
  written.replace(
    LEFT_RAW,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
