import { describe, expect, test } from '@jest/globals';
import { checkCatalog, compileCatalog, parseCatalog } from '../src/index.ts';

const check = (document: object) =>
  checkCatalog(JSON.stringify(document), {
    file: 'hostile.json',
    issuer: 'https://id.example',
    now: 0,
  });

const numbered = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

const name = (letter: string, index: number): string =>
  letter.repeat(40) + index.toString(36).padStart(4, '0');

describe('a document made to keep the server busy', () => {
  test('names that nobody defined, by the thousand, are told without a search for each', () => {
    const actions = Object.fromEntries(numbered(8000, (index) => [name('x', index), {}]));
    const { findings } = check({
      catalog: 'hostile',
      resourceServers: {
        shop: { audience: 'https://shop.example', resources: { r: { actions } } },
      },
      roles: { clerk: { scopes: numbered(8000, (index) => `r:${name('x', index)}-`) } },
    });
    const unknown = findings.filter(({ rule }) => rule === 'scope-unknown');
    expect(unknown).toHaveLength(8000);
    const searched = unknown.filter(({ hint }) => hint?.startsWith('did you mean') === true);
    expect(searched.length).toBeGreaterThan(0);
    expect(searched.length).toBeLessThanOrEqual(50);
  });

  test('a chain of roles as long as may be compiles, whichever end comes first', () => {
    const chain = numbered(5000, (index) => [
      name('r', index),
      index < 4999 ? { inherits: [name('r', index + 1)] } : { scopes: ['orders:read'] },
    ]);
    for (const roles of [chain, chain.toReversed()]) {
      const compiled = compileCatalog(
        {
          catalog: 'hostile',
          resourceServers: {
            shop: {
              audience: 'https://shop.example',
              resources: { orders: { actions: { read: {} } } },
            },
          },
          roles: Object.fromEntries(roles),
        },
        { issuer: 'https://id.example' },
      );
      if (!compiled.ok) throw new Error('it does not compile');
      expect(compiled.value.roles.get(name('r', 0))?.scopes).toEqual(new Set(['orders:read']));
    }
  });

  test('circles of thousands of roles are told in short', () => {
    const roles = numbered(5000, (index) => [
      name('r', index),
      { inherits: numbered(5, (step) => name('r', (index + step + 1) % 5000)) },
    ]);
    const { findings } = check({
      catalog: 'hostile',
      resourceServers: {},
      roles: Object.fromEntries(roles),
    });
    const circles = findings.filter(({ rule }) => rule === 'role-cycle');
    expect(circles.length).toBeGreaterThan(0);
    expect(Math.max(...circles.map(({ message }) => message.length))).toBeLessThan(1000);
  });

  test.each([
    [
      'values of a wrong type',
      `{"catalog":"c","resourceServers":{},"roles":{"r":{"scopes":[${numbered(5_000, () => '1').join()}]}}}`,
    ],
    ['repeated keys', `{${numbered(5_000, () => '"a":1').join()}}`],
    ['bad escapes', `a: "${'\\x'.repeat(5_000)}"`],
    ['tags', '- !!foo x\n'.repeat(5_000)],
  ])('%s by the thousand are told up to a number, and that there are more', (_what, text) => {
    const parsed = parseCatalog(text, 'hostile.yaml');
    if (parsed.ok) throw new Error('it was taken');
    expect(parsed.error.length).toBeLessThan(2100);
    expect(parsed.error.map(({ message }) => message)).toContain(
      'the document breaks the rules at more than 1000 places',
    );
  });

  test.each([
    ['commas', `a: [${'a,'.repeat(400_000)}`],
    ['empty mappings', `[${'{},'.repeat(260_000)}`],
    ['empty lines', '\n'.repeat(800_000)],
    ['anchors', '&a '.repeat(90_000)],
    ['bad escapes', `["${'\\x'.repeat(100_000)}",`],
  ])(
    '%s and nothing else are given up on before what comes after so many is read',
    (_what, text) => {
      const tooDeep = '['.repeat(100);
      const parsed = parseCatalog(text + tooDeep, 'hostile.yaml');
      expect(parsed).toMatchObject({ ok: false, error: [{ rule: 'source-too-large' }] });
    },
  );

  test('the densest sound catalog is read all the same', () => {
    const actions = Object.fromEntries(
      numbered(10_000, (index) => [name('a', index), { risk: 'low', lifetimeSeconds: 60 }]),
    );
    const text = JSON.stringify(
      {
        catalog: 'dense',
        resourceServers: {
          s: { audience: 'https://s.example', resources: { r: { actions } } },
        },
        roles: { r: { scopes: Object.keys(actions).map((action) => `r:${action}`) } },
      },
      null,
      1,
    );
    expect(parseCatalog(text, 'dense.json').ok).toBe(true);
  });
});
