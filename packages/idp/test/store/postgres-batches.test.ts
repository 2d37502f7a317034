import { expect, test } from '@jest/globals';
import { createBatches } from '../../src/store/postgres/batches.ts';
import { createClaims } from '../../src/store/postgres/commands.ts';
import { WriteInDoubt } from '../../src/store/unavailable.ts';

const HOURS = 10_000_000;

/** Batches before a database that is in the hands of the test. */
function world() {
  const seen: string[][] = [];
  const told: number[] = [];
  const state: { fault?: Error | undefined; hold?: Promise<void> } = {};
  const { write, atRest } = createBatches<string, string>({
    async commit(commands) {
      seen.push([...commands]);
      await state.hold;
      if (state.fault) throw state.fault;
      if (commands.includes('bad')) throw new Error('bad');
      return commands.map((command) => `${command}!`);
    },
    mayTryAgain: (error) => (error as Error).message === 'conflict',
    most: 3,
    committed: (writes) => told.push(writes),
  });
  return { seen, told, state, write, atRest };
}

test('what is written in one turn goes together, in the order asked, and each is told what it came to', async () => {
  const { seen, told, write } = world();
  expect(await Promise.all(['a', 'b'].map((name) => write(name, 0)))).toEqual(['a!', 'b!']);
  expect([seen, told]).toEqual([[['a', 'b']], [2]]);
});

test('what comes while a batch is under way is the next one, as large as it may be', async () => {
  const { seen, state, write, atRest } = world();
  const { promise, resolve } = Promise.withResolvers<undefined>();
  state.hold = promise as unknown as Promise<void>;
  const first = write('a', 0);
  while (seen.length === 0) await new Promise((turn) => setImmediate(turn));
  const rest = ['b', 'c', 'd', 'e'].map((name) => write(name, 0));
  resolve(undefined);
  await Promise.all([first, ...rest, atRest()]);
  expect(seen).toEqual([['a'], ['b', 'c', 'd'], ['e']]);
});

test('one that fails takes no other along', async () => {
  const { write } = world();
  const told = await Promise.allSettled(['a', 'bad', 'c'].map((name) => write(name, 0)));
  expect(told.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('all are refused at once where the machine is at fault', async () => {
  const { seen, state, write } = world();
  state.fault = Object.assign(new Error('gone'), { code: 'ECONNREFUSED' });
  const told = await Promise.allSettled(['a', 'b'].map((name) => write(name, HOURS)));
  expect(told.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(seen).toHaveLength(1);
});

test('where it may help each is tried again as long as it is patient, and not longer', async () => {
  const { seen, state, write } = world();
  state.fault = new Error('conflict');
  const patient = write('a', HOURS);
  await expect(write('b', 0)).rejects.toThrow('conflict');
  state.fault = undefined;
  expect(await patient).toBe('a!');
  expect(seen.at(-1)).toEqual(['a']);
});

test.each([
  ['is lost', 'ECONNRESET', true],
  ['says that others were in the way', '40P01', false],
])('a claim whose answer %s is in doubt, or can be made again', async (_how, code, inDoubt) => {
  const client = {
    query: () => Promise.reject(Object.assign(new Error('no'), { code })),
    release: () => undefined,
  };
  const claim = createClaims({ connect: () => Promise.resolve(client) } as never);
  const failure = await claim([{ kind: 'claim', claim: ['key', 2, 1] }]).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure instanceof WriteInDoubt).toBe(inDoubt);
});

test('what is in doubt is not done again by itself, for any of those who went together', async () => {
  const { seen, state, write } = world();
  state.fault = new WriteInDoubt('nobody knows');
  const told = await Promise.allSettled(['a', 'b'].map((name) => write(name, HOURS)));
  expect(told.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(seen).toEqual([['a', 'b']]);
});
