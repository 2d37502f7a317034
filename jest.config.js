/** @type {import('jest').Config} */
export default {
  testMatch: ['<rootDir>/packages/*/test/**/*.test.ts', '<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^@ambit/([a-z-]+)$': '<rootDir>/packages/$1/src/index.ts',
  },
  modulePathIgnorePatterns: ['<rootDir>/packages/[^/]+/dist'],
  transform: {
    '\\.ts$': ['ts-jest', { useESM: true, tsconfig: '<rootDir>/tsconfig.jest.json' }],
  },
  reporters: ['default', '<rootDir>/scripts/summary-reporter.js'],
  globalSetup: '<rootDir>/scripts/keep-test-database.js',
  globalTeardown: '<rootDir>/scripts/end-test-database.js',
  testTimeout: 60_000,
  // Half of the time of many suites is waiting for a server, so one core more than the usual is not too many.
  maxWorkers: '100%',
};
