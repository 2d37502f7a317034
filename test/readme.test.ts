import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ROOT, run } from './support/processes.ts';
import { startServer } from './support/server.ts';
import type { TestServer } from './support/server.ts';

/** One command of the README's session: `#=> TEXT` below it is part of what it prints, `#=> exit N` how it ends. */
interface Step {
  readonly command: string;
  readonly prints: readonly string[];
  readonly exit: number;
}

function sessionOf(readme: string): Step[] {
  const blocks = [...readme.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, text = '']) => text);
  const steps: Step[] = [];
  for (const line of blocks.slice(1).join('').split('\n')) {
    const told = /^#=> (?:exit (?<exit>\d)|(?<text>.*))$/.exec(line)?.groups;
    const last = steps.at(-1);
    if (told && last) {
      const { exit, text } = told;
      steps[steps.length - 1] = {
        ...last,
        exit: exit === undefined ? last.exit : Number(exit),
        prints: text === undefined ? last.prints : [...last.prints, text],
      };
    } else if (line !== '' && !line.startsWith('#')) {
      steps.push({ command: line, prints: [], exit: 0 });
    }
  }
  return steps;
}

const END = '@@end-of-step@@';

describe('the session of the README', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const steps = sessionOf(readme);
  let server: TestServer;

  beforeAll(async () => {
    server = await startServer({ args: ['--demo'] });
  });
  afterAll(() => server.remove());

  test('begins with the commands that start the provider', () => {
    const [, first] = /^```sh\n([\s\S]*?)^```/m.exec(readme) ?? [];
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    expect(first).toBe('npm ci && npm start\n');
    expect(scripts['start']).toBe('exec ambit-idp serve --demo');
  });

  test('runs as it stands, one command after the other in one shell', async () => {
    const script = steps
      .map(({ command }) => `${command}\nprintf '\\n${END}%s\\n' "$?"\n`)
      .join('');
    const finished = await run('bash', ['-c', `exec 2>&1\n${script}`], {
      env: { AMBIT_HOME: server.home, AMBIT_URL: server.url },
    });
    const [...outputs] = finished.stdout.split(new RegExp(`\\n${END}(\\d+)\\n`));
    const ran = steps.map(({ command, prints }, index) => {
      const output = outputs[2 * index] ?? '';
      return {
        command,
        exit: Number(outputs[2 * index + 1]),
        prints: prints.map((text) => (output.includes(text) ? text : output)),
      };
    });
    expect(ran).toEqual(steps.map(({ command, exit, prints }) => ({ command, exit, prints })));
  });
});
