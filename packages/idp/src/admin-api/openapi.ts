import { ok, present } from '@ambit/scope-catalog';
import type { JsonSchema } from './json-schema.ts';
import { named } from './json-schema.ts';
import { PROBLEMS, statusOf } from './problems.ts';
import { defineRoute, problemsOf } from './route.ts';
import type { Route } from './route.ts';
import { ADMIN_API_PATH, ROUTES } from './routes.ts';
import { SCHEMAS } from './schemas.ts';
import { LINES_TYPE } from './write-lines.ts';

/** Describes the admin API of one issuer as an OpenAPI 3.1 document, from the route table. */
export function describeAdminApi(issuer: string, serverVersion: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of [...ROUTES, openApiRoute]) {
    (paths[route.path] ??= {})[route.method.toLowerCase()] = describeRoute(route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Ambit admin API',
      version: serverVersion,
      description: `Takes access tokens for the audience ${issuer}/admin. Problems are RFC 9457 documents.`,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: `${issuer}${ADMIN_API_PATH}` }],
    paths,
    components: {
      schemas: SCHEMAS,
      securitySchemes: {
        admin: {
          type: 'openIdConnect',
          openIdConnectUrl: `${issuer}/.well-known/openid-configuration`,
        },
      },
    },
  };
}

/** The route that describes all others, for everybody. */
export const openApiRoute: Route = defineRoute()({
  method: 'GET',
  path: '/openapi.json',
  summary: 'Describe this API (OpenAPI 3.1)',
  scope: 'none',
  answers: { 200: { description: 'the description', schema: { type: 'object' } } },
  async handle(_request, { issuer, serverVersion }) {
    return ok({ status: 200, body: describeAdminApi(issuer, serverVersion) });
  },
});

/** A stable name of the operation: its method and path in camel case. */
const operationId = ({ method, path }: Route): string =>
  method.toLowerCase() +
  path.replaceAll(/[^A-Za-z]+([A-Za-z]?)/g, (_match, letter: string) => letter.toUpperCase());

function describeRoute(route: Route): object {
  const [, tag = ''] = route.path.split('/');
  return {
    operationId: operationId(route),
    summary: route.summary,
    tags: [tag.replace('.json', '')],
    security: route.scope === 'none' ? [] : [{ admin: route.scope === 'any' ? [] : [route.scope] }],
    parameters: [
      ...parametersOf('path', route.params),
      ...parametersOf('query', route.query),
      ...(route.ifMatch
        ? [{ name: 'If-Match', in: 'header', required: false, schema: { type: 'string' } }]
        : []),
    ],
    ...(route.body === undefined
      ? {}
      : {
          requestBody: {
            required: route.bodyOptional !== true,
            content: { 'application/json': { schema: route.body } },
          },
        }),
    responses: { ...successes(route), ...failures(route) },
  };
}

const parametersOf = (where: 'path' | 'query', schema: JsonSchema | undefined): object[] =>
  Object.entries(schema?.properties ?? {}).map(([name, { description, ...rest }]) => ({
    name,
    in: where,
    required: schema?.required?.includes(name) ?? false,
    ...present({ description }),
    schema: rest,
  }));

const successes = ({ answers, etag }: Route): object =>
  Object.fromEntries(
    Object.entries(answers).map(([status, { description, schema, lines }]) => [
      status,
      {
        description,
        ...(etag ? { headers: { ETag: { schema: { type: 'string' } } } } : {}),
        ...(schema === undefined
          ? {}
          : { content: { [lines ? LINES_TYPE : 'application/json']: { schema } } }),
      },
    ]),
  );

function failures(route: Route): object {
  const byStatus = Object.groupBy(problemsOf(route), (code) => String(statusOf(code)));
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, codes = []]) => [
      status,
      {
        description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('; '),
        content: { 'application/problem+json': { schema: named('Problem') } },
      },
    ]),
  );
}
