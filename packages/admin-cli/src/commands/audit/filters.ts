import type { AuditQuery } from '@ambit/sdk';
import { decodeTimeAgo } from '../../time.ts';
import type { Input, OptionSpec } from '../../syntax.ts';

/** Flags that narrow the log, in every command that reads it. */
export const FILTERS: readonly OptionSpec[] = [
  { flag: '--client', value: 'CLIENT', about: 'about this client and its tokens, or by it' },
  { flag: '--subject', value: 'SUBJECT', about: 'about tokens of this subject' },
  { flag: '--event', value: 'EVENT', about: 'of this kind, `token.refused` for example' },
  {
    flag: '--decision',
    value: 'DECISION',
    about: 'with this outcome',
    choices: ['granted', 'refused'],
  },
  { flag: '--jti', value: 'JTI', about: 'about this token' },
  { flag: '--scope', value: 'SCOPE', about: 'in which this scope was asked for or granted' },
  { flag: '--request-id', value: 'ID', about: 'of this request' },
];

/** From when on. */
export const SINCE: OptionSpec = {
  flag: '--since',
  value: 'TIME',
  about: 'not before: a time, or `2h` ago',
};

/** Until when. */
export const UNTIL: OptionSpec = {
  flag: '--until',
  value: 'TIME',
  about: 'before: a time, or `2h` ago',
};

/** What the {@link FILTERS} say. */
export function filterOf(input: Input): AuditQuery {
  const named = FILTERS.map(({ flag }) => [flag.slice(2).replace('-', '_'), input.value(flag)]);
  return Object.fromEntries(named.filter(([, value]) => value !== undefined));
}

/** What {@link SINCE} says. */
export const sinceOf = (input: Input, now: number): Pick<AuditQuery, 'since'> =>
  timeOf('since', input, now);

/** What {@link UNTIL} says. */
export const untilOf = (input: Input, now: number): Pick<AuditQuery, 'until'> =>
  timeOf('until', input, now);

function timeOf(name: 'since' | 'until', input: Input, now: number): AuditQuery {
  const value = input.value(`--${name}`);
  return value === undefined ? {} : { [name]: decodeTimeAgo(value, now) };
}
