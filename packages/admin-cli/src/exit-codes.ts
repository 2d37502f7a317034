/** Every way `ambit` ends, by name; scripts rely on the numbers. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  changed: 4,
  findings: 5,
  unreachable: 6,
} as const;

/** A way to end. */
export type Exit = keyof typeof EXIT;

/** What each way to end means, for help and the reference page. */
export const EXIT_MEANINGS: Readonly<Record<Exit, string>> = {
  done: 'done; an inactive token or a negative `explain` is an answer too',
  failed: 'failed',
  usage: 'wrong usage; nothing was sent',
  refused: 'refused: by policy, or not signed in, or not allowed',
  changed: 'changed meanwhile; nothing was done',
  findings:
    'findings: errors of a catalog, differences, a broken audit log, or what `doctor` found',
  unreachable: 'the server cannot be reached',
};
