import { existsSync } from 'node:fs';
import { fileURLToPath, URL } from 'node:url';
import base from './jest.config.js';

/** The tests that are left out, and why two servers on one PostgreSQL have nothing to show in them. */
const LEFT_OUT = {
  // No server is started, or the test lays everything out by itself: the usual run is the same.
  'audit-record': 'writes one record in the words of the wire',
  deploy: 'reads the files in deploy/',
  'docs-links': 'reads the documentation',
  'generated-docs': 'reads the documentation',
  guides: 'reads the documentation',
  narrow: 'compares two roads through one house in the process of the test',
  packaging: 'reads the files in deploy/',
  replicas: 'has several servers on PostgreSQL however it is run',

  // The file of the embedded default is what is tested.
  'audit-tampering': 'tampers with the file, with copies of one that the test has written',
  'disk-full': 'fills the disk that the file is on',
  'file-limit': 'lets the file grow no further',
  installation:
    'lays out an empty folder by `serve`, which PostgreSQL wants `bootstrap` for (replicas.test.ts)',
  killed:
    'kills the server at moments of its start, in which it lays out and recovers the file; under load: replicas.test.ts',
  locked: 'holds the lock of the file',
  'start-faults': 'damages the folder and the file; no server ever runs',

  // One process is what is tested, at its own port or by its own count.
  limits: 'counts requests, which each server does for itself',
  status: 'reads what one server has counted of its own requests',
  shutdown: 'watches the end of one process at its port, which a balancer hides',
  workers:
    'counts the processes of one server, their requests and their records; what holds over all: workers-agree.test.ts',
};

/** The tests that the short form leaves out besides: they take long, and the store has little part in them. */
const LEFT_OUT_OF_SHORT = {
  'publishing-faults': 'has documents refused before anything is stored',
  rekey: 'changes the master key while no server runs',
  tracing: 'receives what each process tells of itself',
};

const leftOut = Object.keys({
  ...LEFT_OUT,
  ...(process.env.AMBIT_TEST_REPLICAS === 'short' ? LEFT_OUT_OF_SHORT : {}),
});
for (const name of leftOut) {
  if (!existsSync(fileURLToPath(new URL(`test/${name}.test.ts`, import.meta.url)))) {
    throw new Error(`test/${name}.test.ts is left out, and is not there`);
  }
}

/**
 * The tests of whole servers, with two servers on one PostgreSQL behind a balancer wherever a test starts one
 * (`npm run test:replicas`, or `npm run test:replicas:short`, which each build runs).
 *
 * @type {import('jest').Config}
 */
export default {
  ...base,
  testMatch: ['<rootDir>/test/*.test.ts'],
  testPathIgnorePatterns: leftOut.map((name) => `/test/${name}\\.test\\.ts$`),
};
