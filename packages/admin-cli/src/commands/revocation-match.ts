import type { RevocationMatch } from '@ambit/sdk';
import type { Input, OptionSpec } from '../syntax.ts';
import { Failure } from '../failure.ts';
import { decodeTimeAgo } from '../time.ts';
import { decodeVersion } from '../version-number.ts';

/** Flags that say which tokens to revoke, besides a token itself. */
export const MATCH_OPTIONS = [
  { flag: '--client', value: 'CLIENT', about: 'all tokens of this client' },
  { flag: '--scope', value: 'SCOPE', about: 'all tokens that carry this scope' },
  { flag: '--key', value: 'KID', about: 'all tokens signed by this key, which is given up' },
  { flag: '--catalog-version', value: 'N', about: 'all tokens issued under this version' },
  {
    flag: '--issued-before',
    value: 'TIME',
    about: 'all tokens issued before a time; `2h`: two hours ago',
  },
] as const satisfies readonly OptionSpec[];

type MatchFlag = (typeof MATCH_OPTIONS)[number]['flag'];

/** Which tokens a command line is about. */
export interface DecodedMatch {
  readonly match: RevocationMatch;
  /** What it covers, in words. */
  readonly tokens: string;
}

/** Decodes which tokens to revoke: one token, or exactly one of the flags. */
export function decodeMatch(input: Input, token: string | undefined, now: number): DecodedMatch {
  const flags = MATCH_OPTIONS.map((option) => option.flag);
  const [flag, ...more] = flags.filter((given) => input.value(given) !== undefined);
  if (flag === undefined && token !== undefined) return matchToken(token);
  if (flag === undefined || token !== undefined || more.length > 0) {
    throw new Failure(
      'usage',
      'what to revoke must be said in exactly one way',
      `give a token, its jti, or one of ${flags.join(', ')}`,
    );
  }
  return matchFlag(flag, input.value(flag) ?? '', now);
}

/** A JWT has three parts; anything else is taken for a `jti`. */
function matchToken(token: string): DecodedMatch {
  return token.split('.').length === 3
    ? { match: { token }, tokens: 'this token' }
    : { match: { jti: token }, tokens: `the token \`${token}\`` };
}

function matchFlag(flag: MatchFlag, value: string, now: number): DecodedMatch {
  switch (flag) {
    case '--client':
      return { match: { client: value }, tokens: `all tokens of \`${value}\`` };
    case '--scope':
      return { match: { scope: value }, tokens: `all tokens that carry \`${value}\`` };
    case '--key':
      return {
        match: { key: value },
        tokens: `all tokens signed by \`${value}\`, and the key with them`,
      };
    case '--catalog-version':
      return {
        match: { catalog_version: decodeVersion(value) },
        tokens: `all tokens issued under catalog version ${value}`,
      };
    case '--issued-before': {
      const time = decodeTimeAgo(value, now);
      return { match: { issued_before: time }, tokens: `all tokens issued before ${time}` };
    }
  }
}
