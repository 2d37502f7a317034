import { expect, test } from '@jest/globals';
import { createSharedRead } from '../../src/store/shared-read.ts';

test('a shared read answers only those who asked before it began', async () => {
  let value = 0;
  const waiting: (() => void)[] = [];
  const read = createSharedRead(async () => {
    const now = value;
    await new Promise<void>((resolve) => waiting.push(resolve));
    return now;
  });
  const turn = async () => {
    for (let n = 0; n < 5; n += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  const first = [read(), read()];
  await turn();
  value = 1;
  const second = [read(), read()];
  await turn();
  expect(waiting).toHaveLength(1);
  waiting[0]?.();
  expect(await Promise.all(first)).toEqual([0, 0]);
  await turn();
  expect(waiting).toHaveLength(2);
  waiting[1]?.();
  expect(await Promise.all(second)).toEqual([1, 1]);
});

test('a shared read that fails is told to those who asked for it, and the next is another', async () => {
  let broken = true;
  const read = createSharedRead(() =>
    broken ? Promise.reject(new Error('gone')) : Promise.resolve(7),
  );
  const [one, other] = await Promise.allSettled([read(), read()]);
  expect([one.status, other.status]).toEqual(['rejected', 'rejected']);
  broken = false;
  expect(await read()).toBe(7);
});
