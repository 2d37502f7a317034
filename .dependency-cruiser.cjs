/** The rooms of the house and the directions in which they may know each other. */

const services = [
  'access',
  'activity',
  'audit',
  'bootstrap',
  'catalog',
  'clients',
  'delegation',
  'federation',
  'keys',
  'limits',
  'metrics',
  'oauth',
  'replay',
  'revocation',
  'snapshot',
  'tokens',
  'tracing',
  'vault',
];
const edges = ['oidc', 'narrow', 'admin-api', 'web'];

/** @param {string[]} rooms */
const idp = (rooms) => `^packages/idp/src/(${rooms.join('|')})/`;

/** @param {string} name @param {string} library @param {string} room */
const lives = (name, library, room) => ({
  name,
  comment: `each third-party library lives in one room: ${library} in ${room}`,
  severity: 'error',
  from: { path: '^packages/[^/]+/src', pathNot: room },
  to: { path: [`node_modules/(${library})/`, `node_modules/@types/(${library})/`] },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'resolvable',
      severity: 'error',
      from: { path: '^packages/[^/]+/src' },
      to: { couldNotResolve: true },
    },
    {
      name: 'the-heart-knows-nobody',
      severity: 'error',
      from: { path: '^packages/scope-catalog/src' },
      to: { path: ['^packages/(idp|sdk|admin-cli)/', '^node:'], dependencyTypesNot: ['npm-dev'] },
    },
    {
      name: 'the-heart-does-no-io',
      severity: 'error',
      from: { path: '^packages/scope-catalog/src' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'sdk-knows-the-heart-alone',
      severity: 'error',
      from: { path: '^packages/sdk/src' },
      to: { path: '^packages/(idp|admin-cli)/' },
    },
    {
      name: 'the-command-line-speaks-through-the-sdk',
      severity: 'error',
      from: { path: '^packages/admin-cli/src' },
      to: { path: '^packages/idp/' },
    },
    {
      name: 'the-provider-knows-the-heart-alone',
      severity: 'error',
      from: { path: '^packages/idp/src' },
      to: { path: '^packages/(sdk|admin-cli)/' },
    },
    {
      name: 'services-do-not-know-edges-or-the-store',
      severity: 'error',
      from: { path: idp(services) },
      to: { path: idp([...edges, 'store', 'compose', 'config', 'commands', 'workers']) },
    },
    {
      name: 'the-store-knows-ports-alone',
      severity: 'error',
      from: { path: idp(['store']) },
      to: { path: idp([...edges, 'compose', 'config', 'commands', 'workers']) },
    },
    {
      name: 'edges-do-not-know-the-store',
      severity: 'error',
      from: { path: idp(edges) },
      to: { path: idp(['store', 'compose', 'config', 'commands', 'workers']) },
    },
    {
      name: 'edges-share-the-web-alone',
      comment:
        'the OAuth endpoints, the narrow path before them and the admin API know what HTTP is, and nothing of each other',
      severity: 'error',
      from: { path: idp(edges) },
      to: { path: idp(['oidc', 'narrow', 'admin-api']), pathNot: '^packages/idp/src/$1/' },
    },
    lives('oidc-provider-in-oidc', 'oidc-provider', '^packages/idp/src/oidc/'),
    lives('knex-in-store', 'knex|better-sqlite3|pg', '^packages/idp/src/store/'),
    lives(
      'jose-where-tokens-and-keys-are',
      'jose',
      idp(['tokens', 'keys', 'federation', 'admin-api', 'audit']),
    ),
    lives('prom-client-in-metrics', 'prom-client', '^packages/idp/src/metrics/'),
    lives('opentelemetry-in-tracing', '@opentelemetry/[^/]+', '^packages/idp/src/tracing/'),
    {
      name: 'opentelemetry-loads-on-demand',
      comment:
        'nothing of it is loaded where nobody wants traces, so only the dynamic import leads there',
      severity: 'error',
      from: { path: '^packages/idp/src', pathNot: 'tracing/start-tracing' },
      to: { path: 'tracing/otlp-tracing' },
    },
    lives('limiters-in-limits', 'rate-limiter-flexible', idp(['limits'])),
    lives('winston-in-log', 'winston', '^packages/idp/src/log/'),
    lives('koa-at-the-edges', 'koa|koa-compose|@koa/[^/]+', idp(['oidc', 'admin-api', 'web'])),
    lives(
      'ajv-where-requests-enter',
      'ajv',
      '^packages/(scope-catalog/src/|idp/src/(oidc|admin-api)/)',
    ),
    lives('commander-in-the-commands', 'commander', '^packages/(idp/src/main\\.ts|admin-cli/src/)'),
  ],
  options: {
    doNotFollow: { path: ['node_modules', 'packages/[^/]+/dist'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.test.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'default'],
      extensions: ['.ts', '.d.ts', '.js'],
    },
  },
};
