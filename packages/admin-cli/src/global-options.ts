import type { OptionSpec } from './syntax.ts';

/** Ways to write data. */
export const OUTPUTS = ['table', 'json', 'yaml'] as const;
/** One of {@link OUTPUTS}. */
export type Output = (typeof OUTPUTS)[number];

/** Flags that every command takes. Secrets have none: a command line is seen by every process of the machine. */
export const GLOBAL_OPTIONS: readonly OptionSpec[] = [
  { flag: '--output', value: 'FORMAT', about: 'how to write data', choices: OUTPUTS },
  { flag: '--url', value: 'URL', about: 'the issuer to talk to (AMBIT_URL)' },
  {
    flag: '--client-id',
    value: 'ID',
    about: 'the client to be (AMBIT_CLIENT_ID; its secret only by AMBIT_CLIENT_SECRET)',
  },
  { flag: '--profile', value: 'NAME', about: 'a profile of profiles.yaml (AMBIT_PROFILE)' },
];

/** The flag of every command that changes something. */
export const YES: OptionSpec = { flag: '--yes', short: '-y', about: 'do not ask' };

/** Variables that are read, and what they stand for. */
export const VARIABLES: Readonly<Record<string, string>> = {
  AMBIT_URL: 'the issuer to talk to',
  AMBIT_CLIENT_ID: 'the client to be',
  AMBIT_CLIENT_SECRET: 'a secret of that client',
  AMBIT_PROFILE: 'the profile to use',
  AMBIT_HOME: 'where `admin.json` is looked for (./.ambit)',
  XDG_CONFIG_HOME: 'where `ambit/profiles.yaml` is looked for (~/.config)',
  NO_COLOR: 'set to anything: no colour',
  NODE_EXTRA_CA_CERTS: 'a file of further certificate authorities to trust',
};
