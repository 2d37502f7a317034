import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

/** The pure heart reads no clock and rolls no dice: time and ids come in as arguments. */
const impure = [
  { object: 'Date', property: 'now', message: 'time comes in as an argument' },
  { object: 'Math', property: 'random', message: 'randomness comes in as an argument' },
  { object: 'performance', property: 'now', message: 'time comes in as an argument' },
];

/** What takes how long is measured by the benchmark; a test that measures it fails on a busy machine. */
const timed = [
  ['performance', 'now'],
  ['process', 'cpuUsage'],
  ['process', 'hrtime'],
].map(([object, property]) => ({ object, property, message: 'count the work instead' }));

/** How a file reads: functions with a body are declared, and types are imported as types. */
const syntax = [
  {
    selector:
      ":matches(Program, ExportNamedDeclaration) > VariableDeclaration > VariableDeclarator:not([id.typeAnnotation]) > ArrowFunctionExpression[body.type='BlockStatement']",
    message: 'declare a function that has a body with `function`',
  },
  {
    selector: "ImportSpecifier[importKind='type']",
    message: 'import types by an `import type` of their own',
  },
];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', 'coverage/**'] },
  eslint.configs.recommended,
  tseslint.configs.strict,
  {
    files: ['**/*.ts'],
    languageOptions: {
      parserOptions: {
        project: ['./packages/*/tsconfig.json', './tsconfig.test.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      curly: ['error', 'multi-line', 'consistent'],
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', ...syntax],
    },
  },
  {
    files: ['**/*.test.ts'],
    rules: { 'no-restricted-properties': ['error', ...timed] },
  },
  {
    files: ['**/*.js', '**/*.cjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', module: 'writable' } },
  },
  {
    files: ['packages/scope-catalog/src/**/*.ts'],
    rules: {
      'no-restricted-properties': ['error', ...impure],
      'no-restricted-syntax': [
        'error',
        ...syntax,
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'time comes in as an argument',
        },
      ],
    },
  },
  {
    files: [
      'packages/idp/src/**/*.ts',
      'packages/admin-cli/src/**/*.ts',
      'packages/sdk/src/**/*.ts',
    ],
    ignores: [
      'packages/idp/src/config/**',
      'packages/idp/src/main.ts',
      'packages/admin-cli/src/main.ts',
    ],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'the environment is read in config/ alone' },
      ],
    },
  },
);
