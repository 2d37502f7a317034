import base from './jest.config.js';

/**
 * What is about one server alone, or about the embedded default: its files, its disk, its clock, its end, and what each server
 * counts for itself.
 */
const OF_ONE_SERVER = [
  'audit-proof',
  'clock-steps',
  'disk-full',
  'file-limit',
  'fuzz',
  'installation',
  'killed',
  'limits',
  'lock-out',
  'locked',
  'metrics',
  'readme',
  'rekey',
  'replicas',
  'shutdown',
  'start-faults',
];

/**
 * The tests of whole servers, with two servers on one PostgreSQL behind a balancer wherever a test starts one
 * (`npm run test:replicas`).
 *
 * @type {import('jest').Config}
 */
export default {
  ...base,
  testMatch: ['<rootDir>/test/*.test.ts'],
  testPathIgnorePatterns: OF_ONE_SERVER.map((name) => `/test/${name}\\.test\\.ts$`),
};
