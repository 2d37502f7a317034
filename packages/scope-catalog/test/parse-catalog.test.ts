import { describe, expect, test } from '@jest/globals';
import { parseCatalog, SOURCE_MAX_LENGTH } from '@ambit/scope-catalog';

function findingsOf(text: string): string[] {
  const parsed = parseCatalog(text, 'c.yaml');
  if (parsed.ok) return [];
  return parsed.error.map(
    ({ rule, line, column, message }) => `${String(line)}:${String(column)} ${rule}: ${message}`,
  );
}

function hintsOf(text: string): (string | undefined)[] {
  const parsed = parseCatalog(text, 'c.yaml');
  return parsed.ok ? [] : parsed.error.map(({ hint }) => hint);
}

const SHOP = `catalog: shop
resourceServers:
  api:
    audience: https://api.example
    resources:
      orders:
        actions:
          read: { description: See orders }
`;

describe('parseCatalog', () => {
  test('reads YAML and JSON as the same document', () => {
    const yaml = parseCatalog(SHOP, 'c.yaml');
    const json = parseCatalog(
      '{\n\t"catalog": "shop",\n\t"resourceServers": { "api": { "audience": "https://api.example",\n' +
        '\t\t"resources": { "orders": { "actions": { "read": { "description": "See orders" } } } } } } }',
      'c.json',
    );
    expect(yaml.ok && json.ok && json.value.document).toEqual(yaml.ok && yaml.value.document);
  });

  test('tells where each place of the document stands', () => {
    const parsed = parseCatalog(SHOP, 'c.yaml');
    const path = ['resourceServers', 'api', 'resources', 'orders', 'actions', 'read'];
    expect(parsed.ok && parsed.value.locate(path)).toEqual({ line: 8, column: 11 });
    expect(parsed.ok && parsed.value.locate([...path, 'risk'])).toEqual({ line: 8, column: 11 });
    expect(parsed.ok && parsed.value.locate([])).toEqual({ line: 1, column: 1 });
  });

  test.each([
    ['', '1:1 source-empty: the document is empty'],
    ['# nothing but a remark\n', '1:1 source-empty: the document is empty'],
    ['null', '1:1 source-empty: the document is empty'],
    ['catalog: a\n---\ncatalog: b\n', '2:1 source-syntax: the text holds more than one document'],
    ['catalog:\n\tname: x\n', '2:1 source-syntax: tabs are not allowed as indentation'],
    ['%YAML 1.1\n---\ncatalog: a\n', '1:1 source-syntax: the document is not YAML 1.2'],
    ['catalog: [1', '1:12 source-syntax: flow sequence in block collection'],
  ])('refuses %j as a text', (text, finding) => {
    expect(findingsOf(text)).toEqual([expect.stringContaining(finding)]);
  });

  test.each([
    [
      'catalog: &name a\nresourceServers: {}\nroles: { b: { description: *name } }\n',
      '3:28 source-alias: `*name` is an alias',
    ],
    [
      'catalog: a\nresourceServers: {}\ncatalog: b\n',
      '3:1 duplicate-key: `catalog` is there twice',
    ],
    [
      'catalog: !secret a\nresourceServers: {}\n',
      "1:18 source-tag: `!secret` is not a tag of YAML's core schema",
    ],
    [
      'catalog: a\nresourceServers: {}\nroles: { 1: {} }\n',
      '3:10 key-not-string: a key is not a string',
    ],
    [
      'catalog: a\nresourceServers: {}\n__proto__: { roles: {} }\n',
      '3:1 name-invalid: `__proto__` is not a name',
    ],
    [
      'catalog: a\nresourceServers: {}\nroles: { Boss: {} }\n',
      '3:10 name-invalid: `Boss` is not a name',
    ],
  ])('refuses %j, which two readers could take for different things', (text, finding) => {
    expect(findingsOf(text)).toEqual([finding]);
  });

  test('refuses a text that nests without end, with one finding', () => {
    expect(findingsOf('['.repeat(SOURCE_MAX_LENGTH))).toEqual([
      expect.stringContaining('source-too-deep: the document nests too deep'),
    ]);
    expect(findingsOf(`catalog: ${'['.repeat(50)}${']'.repeat(50)}\n`)).toContainEqual(
      expect.stringContaining('source-too-deep'),
    );
  });

  test('refuses a text over the limit without reading it', () => {
    expect(findingsOf(`catalog: a # ${'x'.repeat(SOURCE_MAX_LENGTH)}`)).toEqual([
      expect.stringContaining('1:1 source-too-large'),
    ]);
  });

  test('tells every breach of the schema at once, in the order of the text', () => {
    const text = SHOP.replace('catalog: shop', 'catalog: Shop')
      .replace('audience: https://api.example', 'audiense: https://api.example')
      .replace('{ description: See orders }', '{ risk: hihg, lifetimeSeconds: 5 }');
    expect(findingsOf(text)).toEqual([
      '1:1 name-invalid: `Shop` does not fit here',
      '3:3 property-missing: `api` lacks `audience`',
      '4:5 property-unknown: `audiense` is not known here',
      '8:19 value-invalid: `risk` is `hihg`',
      '8:31 lifetime-out-of-bounds: `lifetimeSeconds` is less than 30',
    ]);
    expect(hintsOf(text)).toEqual([
      'begin with a-z or 0-9 and go on with a-z, 0-9, `.`, `_` or `-`',
      'add `audience`',
      'did you mean `audience`?',
      'did you mean `high`?',
      undefined,
    ]);
  });
});
