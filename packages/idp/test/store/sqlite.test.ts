import { storageContract } from '../contracts/index.ts';
import { createTemporaryStore } from '../support/temporary-store.ts';

storageContract('SQLite on disk', createTemporaryStore);
