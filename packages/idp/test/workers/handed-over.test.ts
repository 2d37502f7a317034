import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { expect, test } from '@jest/globals';
import { closeWhatIsNotTaken } from '../../src/workers/handed-over.ts';

/** A process that is handed connections, as the round robin of Node.js does. */
function createHanded() {
  const child = Object.assign(new EventEmitter(), { send: () => true });
  closeWhatIsNotTaken(child as unknown as ChildProcess);
  const closed: number[] = [];
  const send = child.send as (message: object, handle: object) => boolean;
  return {
    closed,
    hand: (seq: number) => send({ act: 'newconn', seq }, { close: () => closed.push(seq) }),
    answer: (ack: number, accepted: boolean) => child.emit('internalMessage', { ack, accepted }),
    end: () => child.emit('exit', null, 'SIGKILL'),
  };
}

test('a connection that was not answered for ends with the process', () => {
  const { hand, end, closed } = createHanded();
  hand(7);
  end();
  expect(closed).toEqual([7]);
});

test('one that was answered for does not: it was taken, or given back and goes to another process', () => {
  const { hand, answer, end, closed } = createHanded();
  hand(7);
  answer(7, true);
  hand(8);
  answer(8, false);
  answer(9, true);
  end();
  expect(closed).toEqual([]);
});

test('the answer to another message is none', () => {
  const { hand, answer, end, closed } = createHanded();
  hand(7);
  answer(6, true);
  end();
  expect(closed).toEqual([7]);
});
