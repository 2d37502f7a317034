import { describe, expect, test } from '@jest/globals';
import { AUDIT_EVENTS } from '../../src/audit/events.ts';
import { describeAdminApi } from '../../src/admin-api/openapi.ts';
import type { JsonSchema } from '../../src/admin-api/json-schema.ts';
import { PROBLEMS, statusOf } from '../../src/admin-api/problems.ts';
import { problemsOf } from '../../src/admin-api/route.ts';
import type { Route } from '../../src/admin-api/route.ts';
import { ROUTES } from '../../src/admin-api/routes.ts';
import { SCHEMAS } from '../../src/admin-api/schemas.ts';

const document = JSON.parse(
  JSON.stringify(describeAdminApi('https://id.example', '1.2.3')),
) as Record<string, Record<string, Record<string, Record<string, unknown>>>>;
const rows = ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const);

test('every route has an operation, its own id, and every status it can answer', () => {
  const ids = new Set<unknown>();
  for (const [, route] of rows) {
    const operation = document['paths']?.[route.path]?.[route.method.toLowerCase()];
    ids.add(operation?.['operationId']);
    const statuses = [
      ...Object.keys(route.answers),
      ...problemsOf(route).map((code) => String(statusOf(code))),
    ];
    expect(Object.keys(operation?.['responses'] ?? {}).sort()).toEqual(
      [...new Set(statuses)].sort(),
    );
  }
  expect(ids.size).toBe(rows.length);
});

test('every reference leads to a schema', () => {
  const names = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)];
  expect(names.length).toBeGreaterThan(0);
  for (const [, name] of names) expect(Object.keys(SCHEMAS)).toContain(name);
});

describe('every input has its bounds', () => {
  test.each(rows)('%s', (_name, route: Route) => {
    for (const schema of [route.params, route.query, route.body]) expectBounded(schema);
  });
});

test('whatever changes something names its audit event', () => {
  const tokens = ['/tokens/introspect', '/tokens/explain', '/tokens/trace'];
  const proof = ['/audit/checkpoints', '/audit/verifications'];
  const asks = ['/catalog/lint', '/catalog/plan', ...tokens, ...proof];
  for (const [, { method, path, event }] of rows) {
    const changes = method !== 'GET' && !asks.includes(path);
    expect([path, event !== undefined]).toEqual([path, changes]);
    if (event !== undefined) expect(Object.keys(AUDIT_EVENTS)).toContain(event);
  }
});

test('every problem is a refusal or a fault, and some route or the engine answers it', () => {
  const unrouted = ['request.not_found', 'request.method'];
  const answered = new Set<string>([...unrouted, ...ROUTES.flatMap(problemsOf)]);
  for (const [code, { status }] of Object.entries(PROBLEMS)) {
    expect(status).toBeGreaterThanOrEqual(400);
    expect([code, answered.has(code)]).toEqual([code, true]);
  }
});

/** Texts have a length, lists a size, objects no members but those named. */
function expectBounded(schema: JsonSchema | undefined): void {
  if (schema === undefined) return;
  const { type, oneOf, items, properties } = schema;
  if (type === 'string') {
    const { maxLength, pattern, enum: values, format } = schema;
    expect(maxLength ?? pattern ?? values ?? format).toBeDefined();
  }
  if (type === 'array') expect(schema.maxItems).toBeDefined();
  if (type === 'integer') expect(schema.minimum).toBeDefined();
  if (type === 'object') expect(schema.additionalProperties ?? schema.maxProperties).toBeDefined();
  for (const part of [...(oneOf ?? []), items, ...Object.values(properties ?? {})]) {
    expectBounded(part);
  }
}
