/**
 * Transcripts: sessions at the command line as readable text.
 *
 * The first line, `# …`, is the promise. Then, command by command:
 * `@terminal y` plays the next command on a terminal where `y` is typed, `@env NAME=VALUE` sets a variable for it,
 * `@reply METHOD /path STATUS JSON` lets the server answer so from now on, `@file PATH MODE TEXT` puts a file there;
 * `$ ambit …` is the command, `< …` a line of its standard input; what follows is what it must give:
 * `> …` each change it asked of the server, plain lines stdout, `! …` stderr, `[N]` the exit code.
 */
export interface Scene {
  /** Directives that change the stage before the command is run: `reply` and `file`. */
  readonly settings: readonly string[];
  /** Directives and the command as written. */
  readonly source: readonly string[];
  readonly words: readonly string[];
  readonly stdin: string;
  readonly env: Readonly<Record<string, string>>;
  /** What is typed when asked; `undefined` where there is no terminal. */
  readonly answer?: string;
  /** What it must give, as written. */
  readonly expected: string;
}

export interface Transcript {
  readonly title: string;
  readonly scenes: readonly Scene[];
}

export function parseTranscript(text: string): Transcript {
  const [title = '', ...lines] = text.split('\n');
  const scenes: Scene[] = [];
  let before: string[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (line.startsWith('@')) before.push(line);
    if (!line.startsWith('$ ')) continue;
    const source = [...before, line];
    while (lines[at + 1]?.startsWith('< ')) source.push(lines[(at += 1)] ?? '');
    const end = lines.findIndex((one, index) => index > at && /^\[\d\]$/.test(one));
    const expected = lines.slice(at + 1, end < 0 ? at + 1 : end + 1).join('\n');
    scenes.push(parseScene(source, expected));
    if (end > 0) at = end;
    before = [];
  }
  return { title: title.replace(/^# /, ''), scenes };
}

function parseScene(source: readonly string[], expected: string): Scene {
  const marked = (mark: string) =>
    source.filter((line) => line.startsWith(mark)).map((line) => line.slice(mark.length));
  const [answer] = marked('@terminal ');
  return {
    source,
    expected,
    settings: [
      ...marked('@reply ').map((line) => `reply ${line}`),
      ...marked('@file ').map((line) => `file ${line}`),
    ],
    words: splitWords(marked('$ ')[0] ?? ''),
    stdin: marked('< ')
      .map((line) => `${line}\n`)
      .join(''),
    env: Object.fromEntries(marked('@env ').map((line) => line.split('=', 2) as [string, string])),
    ...(answer === undefined ? {} : { answer }),
  };
}

/** Words as a shell splits them, single and double quotes kept together. */
export const splitWords = (line: string): readonly string[] =>
  [...line.matchAll(/(?:'([^']*)'|"([^"]*)"|[^\s'"]+)+/g)].map(([word]) =>
    word.replace(/['"]/g, ''),
  );

/** What a command gave, in the form of a transcript. */
export function writeOutcome(outcome: {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
  readonly requests: readonly string[];
}): string {
  const lines = (text: string, mark: string) =>
    text === ''
      ? []
      : text
          .replace(/\n$/, '')
          .split('\n')
          .map((line) => `${mark}${line}`.trimEnd().replaceAll('\u001b', '␛'));
  return [
    ...outcome.requests.map((request) => `> ${request}`),
    ...lines(outcome.stdout, ''),
    ...lines(outcome.stderr, '! '),
    `[${String(outcome.exit)}]`,
  ].join('\n');
}

export const writeTranscript = (
  title: string,
  played: readonly (readonly [Scene, string])[],
): string =>
  [`# ${title}`, ...played.map(([{ source }, outcome]) => [...source, outcome].join('\n')), '']
    .join('\n\n')
    .replace(/\n+$/, '\n');
