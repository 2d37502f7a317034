import { expect, test } from '@jest/globals';
import { startLane } from '../../src/store/lane.ts';

/** A thread that takes a while to load what it needs, then notes that it has, and is ready or fails. */
const thread = (end: string): URL =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`
      import { parentPort, workerData } from 'node:worker_threads';
      Atomics.wait(workerData.loaded, 1, 0, 200);
      Atomics.store(workerData.loaded, 0, 1);
      ${end}`)}`,
  );

test.each([
  ['is ready', `parentPort.postMessage({ result: 'ready' }); parentPort.on('message', () => {});`],
  ['has failed', `throw new Error('no database');`],
])(
  'a thread is not ended before it %s: in the middle of loading it would end the process',
  async (_, end) => {
    const loaded = new Int32Array(new SharedArrayBuffer(8));
    await startLane(thread(end), { loaded }).stop();
    expect(loaded[0]).toBe(1);
  },
);
