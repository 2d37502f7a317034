import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compileCatalog, importOpenApi } from '@ambit/scope-catalog';
import type { CatalogDocument, OpenApiImport, OpenApiImportOptions } from '@ambit/scope-catalog';
import { countReads } from '../count-reads.ts';

const AUDIENCE = 'https://api.example.com';

function imported(document: unknown, options: Partial<OpenApiImportOptions> = {}): OpenApiImport {
  const result = importOpenApi(document, { audience: AUDIENCE, ...options });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

function refused(document: unknown, audience = AUDIENCE): { rule: string; at: string }[] {
  const result = importOpenApi(document, { audience });
  if (result.ok) throw new Error('imported');
  return result.error.map(({ rule, path }) => ({ rule, at: path.join(' ') }));
}

function scopesOf({ resourceServers }: CatalogDocument): string[] {
  return Object.values(resourceServers)
    .flatMap(({ resources }) => Object.entries(resources))
    .flatMap(([key, { actions }]) => Object.keys(actions).map((action) => `${key}:${action}`))
    .sort();
}

const info = { title: 'Pet Store', version: '1' };
const needs = (...scopes: string[]): object => ({ security: [{ any: scopes }] });

describe('where scopes are found', () => {
  test('in every OAuth flow, and in openIdConnect and bearer requirements', () => {
    const { catalog, operations } = imported({
      openapi: '3.1.0',
      info,
      security: [{ oidc: ['profile:read'] }],
      paths: {
        '/pets': {
          get: { security: [{ bearer: ['pets:read'] }] },
          post: {},
          parameters: [],
          servers: [],
          summary: 's',
        },
        '/free': { get: { security: [] }, delete: { security: [{}] } },
        'x-paths': 7,
      },
      components: {
        securitySchemes: {
          oidc: { type: 'openIdConnect', openIdConnectUrl: 'https://id.example.com' },
          bearer: { type: 'http', scheme: 'bearer' },
          oauth: {
            type: 'oauth2',
            flows: {
              clientCredentials: { tokenUrl: '/t', scopes: { 'pets:write': 'Change pets' } },
              implicit: {
                authorizationUrl: '/a',
                scopes: { 'pets:write': 'other', 'pets:groom': '' },
              },
            },
          },
          referenced: { $ref: '#/components/securitySchemes/oauth' },
        },
      },
    });
    expect(scopesOf(catalog)).toEqual(['pets:groom', 'pets:read', 'pets:write', 'profile:read']);
    expect(operations).toBe(4);
    expect(catalog.resourceServers['pet-store']?.resources['pets']?.actions['write']).toEqual({
      description: 'Change pets',
    });
  });

  test('in Swagger 2.0 definitions and requirements', () => {
    const { catalog } = imported({
      swagger: '2.0',
      info,
      paths: { '/pets': { get: needs('pets:read') } },
      securityDefinitions: {
        oauth: {
          type: 'oauth2',
          flow: 'implicit',
          scopes: { 'pets:write': 'Change pets', 'x-note': {} },
        },
      },
    });
    expect(scopesOf(catalog)).toEqual(['pets:read', 'pets:write']);
  });

  test('behind references, in webhooks and in callbacks that go round', () => {
    const { catalog, operations } = imported({
      openapi: '3.1.0',
      info,
      paths: {
        '/a~b': { $ref: '#/components/pathItems/shared' },
        '/c': { $ref: '#/paths/~1a~0b' },
      },
      webhooks: { pet: { post: needs('hooks:receive') } },
      components: {
        pathItems: {
          shared: {
            get: {
              ...needs('pets:read'),
              callbacks: { done: { $ref: '#/components/callbacks/done' } },
            },
          },
        },
        callbacks: {
          done: {
            '{$request.body#/url}': {
              post: {
                ...needs('done:send'),
                callbacks: { again: { $ref: '#/components/callbacks/done' } },
              },
            },
          },
        },
      },
    });
    expect(scopesOf(catalog)).toEqual(['done:send', 'hooks:receive', 'pets:read']);
    expect(operations).toBe(2);
  });
});

describe('what is made of them', () => {
  const pets = {
    openapi: '3.0.3',
    info: { ...info, contact: { name: 'Pet team' } },
    paths: {
      '/pets': {
        get: { summary: 'List all pets', tags: ['Pets'], ...needs('pets:read') },
        post: { summary: 'Create a pet', tags: ['Pets'], ...needs('pets:create', 'pets:read') },
      },
      '/pets/{id}': {
        get: { summary: `Get ${'a very '.repeat(90)}nice pet`, ...needs('pets:read') },
      },
    },
  };

  test('an action without a flow is described by its operations, the most telling first', () => {
    const { read, create } =
      imported(pets).catalog.resourceServers['pet-store']?.resources['pets']?.actions ?? {};
    expect(read?.description).toMatch(/^List all pets; Get a very .*… ?; Create a pet$/u);
    expect(read?.description?.length).toBeLessThanOrEqual(240);
    expect(create?.description).toBe('Create a pet');
  });

  test('resources take the tag of their operations, the server title and contact of the document', () => {
    const server = imported(pets).catalog.resourceServers['pet-store'];
    expect(server).toMatchObject({
      audience: AUDIENCE,
      description: 'Pet Store',
      owner: 'Pet team',
    });
    expect(server?.resources['pets']?.description).toBe('Pets');
  });

  test('a viewer who reads and an admin who does everything are there to start from, unless not wanted', () => {
    expect(imported(pets).catalog.roles).toMatchObject({
      viewer: { scopes: ['pets:read'] },
      admin: { scopes: ['pets:*'] },
    });
    expect(imported(pets, { roles: false }).catalog).not.toHaveProperty('roles');
  });

  test('a reading verb inside another word makes no viewer', () => {
    const { roles } = imported({
      openapi: '3.0.0',
      info,
      paths: { '/': { get: needs('database:view_credentials', 'read:pets', 'spaces:readmit') } },
    }).catalog;
    expect(roles?.['viewer']?.scopes).toEqual(['read:pets']);
  });

  test('a title that is reserved, absent or in no Latin script still gives a key', () => {
    const keys = ['Ambit', undefined, 'Магазин', 'constructor'].map((title) =>
      Object.keys(
        imported({ openapi: '3.0.0', info: { title }, paths: { '/': { get: needs('a:b') } } })
          .catalog.resourceServers,
      ),
    );
    expect(keys).toEqual([['x-ambit'], ['api'], ['api'], ['constructor']]);
  });

  test('ten thousand operations are imported, with as few looks at each as among two hundred', () => {
    const described = (length: number): object => ({
      openapi: '3.0.0',
      info,
      paths: Object.fromEntries(
        Array.from({ length }, (_, i) => [
          `/p${i}`,
          { get: needs(`r${i % 3000}:read`, `Legacy${i % 6000}.Read`) },
        ]),
      ),
    });
    const reads = (length: number): number =>
      countReads(described(length), (document) => {
        expect(imported(document).operations).toBe(length);
      });
    expect(reads(2000)).toBeLessThan(11 * reads(200));
    const { operations, renamed } = imported(described(10_000));
    expect([operations, renamed.length]).toEqual([10_000, 6000]);
  });
});

describe('what cannot be read is a finding', () => {
  test.each([[null], [1], ['x'], [[]], [{}], [{ openapi: '4.0.0' }], [{ swagger: '1.2' }]])(
    '%j',
    (document) => {
      expect(refused(document)).toEqual([{ rule: 'import-malformed', at: '' }]);
    },
  );

  test('all of them at once, each with its place', () => {
    const findings = refused({
      openapi: '3.0.0',
      components: {
        securitySchemes: {
          a: 1,
          b: { type: 'oauth2', flows: { implicit: { scopes: [] }, password: 1 } },
        },
      },
      security: {},
      paths: {
        '/a': null,
        '/b': { $ref: '#/paths/~1b' },
        '/c': { $ref: 'other.yaml#/c' },
        '/d': { get: 1, put: { security: [1, { s: 'x' }, { s: [1] }] } },
      },
    });
    expect(findings.map(({ at }) => at)).toEqual([
      'components securitySchemes a',
      'components securitySchemes b flows implicit scopes',
      'components securitySchemes b flows password',
      'security',
      'paths /a',
      'paths /b',
      'paths /c',
      'paths /d get',
      'paths /d put security 0',
      'paths /d put security 1 s',
      'paths /d put security 2 s',
    ]);
  });

  test('a document without scopes, an audience that is none, a name that is none', () => {
    expect(refused({ openapi: '3.0.0', paths: {} })).toEqual([
      { rule: 'import-no-scopes', at: '' },
    ]);
    const document = { openapi: '3.0.0', paths: { '/': { get: needs('a:b') } } };
    const audience = { rule: 'name-invalid', at: 'resourceServers api audience' };
    expect(refused(document, '/relative')).toEqual([audience]);
    expect(refused(document, 'https://a.example#b')).toEqual([audience]);
    const named = importOpenApi(document, { audience: AUDIENCE, name: 'No Name' });
    expect(named).toMatchObject({
      ok: false,
      error: [{ rule: 'name-invalid', path: ['catalog'] }],
    });
  });

  test('no JSON value whatever makes it throw', () => {
    const keys = [
      'openapi',
      'paths',
      'security',
      'components',
      'securitySchemes',
      'flows',
      'scopes',
      '/a',
      'get',
      '$ref',
      'callbacks',
      'tags',
    ];
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 8 },
        fc.constantFrom<unknown>(null, 1, '', '#/paths', '#/paths/~1a/get', 'a:b', '3.0.0'),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 5 }),
      ),
    }));
    fc.assert(
      fc.property(value, (document) => {
        const root =
          typeof document === 'object' && document !== null
            ? { ...document, openapi: '3.0.0' }
            : document;
        importOpenApi(root, { audience: AUDIENCE });
      }),
    );
  });
});

describe('laws', () => {
  const name = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.stringMatching(/^(users|Users|ambit)?[:.](read|READ|write)(\.email)?$/u),
  );

  test('every scope of a document is in the catalog once, kept or renamed, and the catalog compiles', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { minLength: 1, maxLength: 20 }),
        fc.string({ unit: 'binary' }),
        (names, title) => {
          const half = names.slice(0, names.length / 2);
          const { catalog, renamed } = imported({
            openapi: '3.0.0',
            info: { title, summary: title },
            components: {
              securitySchemes: {
                o: {
                  flows: { password: { scopes: Object.fromEntries(half.map((n) => [n, title])) } },
                },
              },
            },
            paths: { '/': { get: { summary: title, tags: [title], ...needs(...names) } } },
          });
          const to = new Map(renamed.map((entry) => [entry.from, entry.to]));
          expect(scopesOf(catalog)).toEqual(names.map((n) => to.get(n) ?? n).sort());
          expect(compileCatalog(catalog, { issuer: 'https://id.example.com' })).toMatchObject({
            ok: true,
          });
        },
      ),
    );
  });
});
