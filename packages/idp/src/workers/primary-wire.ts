import type { Wire } from './channel.ts';

/** How this worker and the process that looks after it speak; when that has ended, so does this one. */
export const primaryWire = (): Wire => ({
  send(message) {
    process.send?.(message, undefined, undefined, () => undefined);
  },
  listen(heard) {
    process.on('message', heard);
  },
});
