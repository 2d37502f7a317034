import { describe, expect, test } from '@jest/globals';
import { readOptions } from '../bench/options.ts';
import { ROOT, run } from './support/processes.ts';

const bench = (...words: string[]) =>
  run(process.execPath, ['bench/run.ts', ...words], { cwd: ROOT });

const SUITES = ['speed', 'clients'];
const THEIRS = ['--against', 'http://127.0.0.1:9/token', '--client', 'a', '--secret', 'b'];

describe('the command line of the benchmark', () => {
  test.each(['--help', '-h'])('%s shows how it is called, and measures nothing', async (flag) => {
    const { code, stdout, stderr } = await bench(flag);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^usage: npm run bench -- /);
    expect(stdout).toContain('--only SUITE     one of speed, protocol, ');
  });

  test('what is wrong is told in one line before anything is measured, with how it is called', async () => {
    const { code, stdout, stderr } = await bench('--only', 'nosuch');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^bench: there is no suite `nosuch`\nusage: npm run bench -- /);
  });

  test.each([
    [['--rounds', '3'], 'unknown option `--rounds`'],
    [['extra'], 'unexpected argument `extra`'],
    [['--only', 'nosuch'], 'there is no suite `nosuch`'],
    [['--only', '--short'], 'option `--only` argument is ambiguous'],
    [['--against'], 'option `--against <value>` argument missing'],
    [['--against', 'foo'], '--against takes a URL over plain http, and not `foo`'],
    [
      ['--against', 'https://id.example.com/token', '--client', 'a', '--secret', 'b'],
      '--against takes a URL over plain http, and not `https://id.example.com/token`',
    ],
    [['--against', 'http://127.0.0.1:9/token'], '--against needs --client and --secret'],
    [['--form', 'scope=a'], '--form goes with --against'],
  ])('%j is refused: %s', (args, why) => {
    expect(readOptions(args, SUITES)).toEqual({ ok: false, error: why });
  });

  test('what is right is read', () => {
    expect(readOptions([], SUITES)).toEqual({ ok: true, value: { short: false, million: false } });
    expect(
      readOptions(
        ['--short', '--million', '--only', 'clients', ...THEIRS, '--form', 'scope=a+b'],
        SUITES,
      ),
    ).toEqual({
      ok: true,
      value: {
        short: true,
        million: true,
        only: 'clients',
        other: {
          url: 'http://127.0.0.1:9/token',
          client: { clientId: 'a', clientSecret: 'b' },
          form: { grant_type: 'client_credentials', scope: 'a b' },
        },
      },
    });
  });
});
