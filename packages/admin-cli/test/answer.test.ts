import { describe, expect, test } from '@jest/globals';
import { writeAnswer } from '../src/output/answer.ts';

describe('an answer', () => {
  const answer = (text: () => string) => ({ data: { total: 1 }, text });

  test('is not laid out for people where a machine reads it, since a table of everything can take for ever', () => {
    const never = answer(() => {
      throw new Error('was laid out');
    });
    expect(JSON.parse(writeAnswer(never, 'json'))).toEqual({ total: 1 });
    expect(writeAnswer(never, 'yaml')).toBe('total: 1\n');
  });

  test('ends in one line break for people, unless there is nothing to say', () => {
    expect(
      writeAnswer(
        answer(() => 'one record'),
        'table',
      ),
    ).toBe('one record\n');
    expect(
      writeAnswer(
        answer(() => ''),
        'table',
      ),
    ).toBe('');
  });
});
