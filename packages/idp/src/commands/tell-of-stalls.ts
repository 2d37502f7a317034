import type { Log } from '../log/log.ts';
import type { StoreObserver } from '../store/observer.ts';

/** Tells once that no token can be issued any more, and once that it can again. */
export const tellOfStalls = (log: Log): StoreObserver => ({
  onStall({ cause }) {
    log.error('the audit log cannot be written, so no token is issued', { cause });
  },
  onResume({ since, cause, refused, unrecorded }) {
    const seconds = Math.round((Date.now() - since) / 1000);
    log.warn('the audit log can be written again', { cause, seconds, refused, unrecorded });
  },
});
