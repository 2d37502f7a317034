import { text } from 'node:stream/consumers';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { linesOf } from '../../src/admin-api/route.ts';
import { writeLines } from '../../src/admin-api/write-lines.ts';

/** A source that notes how many portions were taken, and whether it was given up. */
function source(portions: number) {
  const noted = { taken: 0, givenUp: false };
  const values: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({
      async next() {
        noted.taken += 1;
        return noted.taken > portions
          ? { done: true, value: undefined }
          : { done: false, value: noted.taken };
      },
      async return() {
        noted.givenUp = true;
        return { done: true, value: undefined };
      },
    }),
  };
  return { noted, values };
}

test('a line for each value, none for an empty portion', async () => {
  const { values } = source(3);
  const lines = writeLines(
    linesOf(values, (number) => (number === 2 ? [] : [{ number }, { twice: 2 * number }])),
  );
  expect(await text(lines)).toBe('{"number":1}\n{"twice":2}\n{"number":3}\n{"twice":6}\n');
});

test('no more is taken from the source than the reader has room for', async () => {
  const { noted, values } = source(1_000);
  const lines = writeLines(linesOf(values, (number) => [{ number }]));
  await once(lines, 'readable');
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(noted.taken).toBeLessThan(5);
  lines.destroy();
  await once(lines, 'close');
  expect(noted.givenUp).toBe(true);
});

test('a source that nobody ever reads from is given up all the same', async () => {
  const { noted, values } = source(1);
  const lines = writeLines(linesOf(values, (number) => [{ number }]));
  lines.destroy();
  await once(lines, 'close');
  expect(noted).toEqual({ taken: 0, givenUp: true });
});

test('an empty line says that a silent source goes on', async () => {
  const late = Promise.withResolvers<undefined>();
  async function* slow() {
    await late.promise;
    yield 1;
  }
  const lines = writeLines(
    linesOf(slow(), (number) => [{ number }]),
    1,
  );
  const [first] = (await once(lines, 'data')) as [string];
  expect(String(first)).toBe('\n');
  late.resolve(undefined);
  expect((await text(lines)).trim()).toBe('{"number":1}');
});

test('a source that fails breaks the stream off', async () => {
  async function* failing() {
    yield 1;
    throw new Error('no more');
  }
  const lines = writeLines(linesOf(failing(), (number) => [{ number }]));
  await expect(text(lines)).rejects.toThrow('no more');
});
