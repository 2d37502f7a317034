import { EventEmitter } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { createChannel } from '../../src/workers/channel.ts';
import type { Answers, Wire } from '../../src/workers/channel.ts';

type Adder = { add: (numbers: readonly number[]) => number; note: (word: string) => void };
type Nobody = Record<string, never>;

/** Two ends of a wire that carries nothing but plain data. */
function createWires(): readonly [Wire, Wire, EventEmitter] {
  const [a, b] = [new EventEmitter(), new EventEmitter()];
  const wire = (from: EventEmitter, to: EventEmitter): Wire => ({
    send: (message) =>
      void setImmediate(() => to.emit('message', JSON.parse(JSON.stringify(message)))),
    listen: (heard) => void from.on('message', heard),
  });
  return [wire(a, b), wire(b, a), b];
}

function connect(adder: Partial<Answers<Adder>> = {}) {
  const [mine, theirs, end] = createWires();
  const noted: string[] = [];
  createChannel<Nobody, Adder>(theirs, {
    add: (numbers) => numbers.reduce((sum, number) => sum + number),
    note: (word) => void noted.push(word),
    ...adder,
  });
  return { channel: createChannel<Adder, Nobody>(mine, {}), noted, end };
}

describe('a channel between two processes', () => {
  test('brings each answer to whoever asked, in whichever order they come', async () => {
    const held = Promise.withResolvers<undefined>();
    const { channel } = connect({
      async add(numbers) {
        if (numbers.length === 1) await held.promise;
        return numbers.length;
      },
    });
    const late = channel.ask('add', [1]);
    expect(await channel.ask('add', [1, 2])).toBe(2);
    held.resolve(undefined);
    expect(await late).toBe(1);
  });

  test('says what needs no answer, in the order in which it was said', async () => {
    const { channel, noted } = connect();
    channel.tell('note', 'a');
    await channel.ask('note', 'b');
    expect(noted).toEqual(['a', 'b']);
  });

  test('tells whoever asked that the other could not answer', async () => {
    const { channel } = connect({ add: () => Promise.reject(new Error('no numbers today')) });
    await expect(channel.ask('add', [1])).rejects.toThrow('no numbers today');
  });

  test('tells whoever waits, and whoever comes, that the other has ended', async () => {
    const { channel } = connect({ add: () => new Promise<number>(() => undefined) });
    const asked = channel.ask('add', [1]);
    channel.end();
    await expect(asked).rejects.toThrow('the process has ended');
    await expect(channel.ask('add', [1])).rejects.toThrow('the process has ended');
    channel.tell('note', 'nobody hears it');
  });

  test('leaves alone what is not its own', async () => {
    const { channel, end } = connect();
    for (const other of [null, 'hello', { cmd: 'NODE_CLUSTER' }]) end.emit('message', other);
    expect(await channel.ask('add', [1, 2])).toBe(3);
  });
});
