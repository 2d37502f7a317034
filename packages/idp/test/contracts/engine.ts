import type { Store } from '../../src/store/open-storage.ts';

/** How a contract gets a new, empty, migrated store of the engine it is held against. */
export type OpenStore = () => Promise<Store>;

/** Runs one promise of a contract on a store of its own. */
export const withStore =
  (open: OpenStore, promise: (store: Store) => Promise<void>) => async (): Promise<void> => {
    const store = await open();
    try {
      await promise(store);
    } finally {
      await store.close();
    }
  };
