import { Ajv2020 } from 'ajv/dist/2020.js';
import { ROUTES } from '../../idp/src/admin-api/routes.ts';
import { SCHEMAS } from '../../idp/src/admin-api/schemas.ts';
import { createValidatorFactory } from '../../idp/src/admin-api/validator.ts';
import type { SeenRequest } from '../../sdk/test/stub-issuer.ts';

const validators = createValidatorFactory(SCHEMAS);

/** Answers are declared for the OpenAPI document, where a member may be of two types. */
const answersAjv = new Ajv2020({ allErrors: true, allowUnionTypes: true, validateFormats: false });
answersAjv.addKeyword('components');

/** A route of the real admin API by method and path; `undefined` where it has none. */
export function routeOf(method: string, path: string) {
  const [bare = ''] = path.split('?');
  return ROUTES.find(
    (route) =>
      route.method === method &&
      new RegExp(`^${route.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(bare),
  );
}

/** In what a request would not pass the real admin API: its route, query or body. */
export function requestFaults({ method, path, body }: SeenRequest): readonly string[] {
  const route = routeOf(method, path);
  if (route === undefined) return [`no route ${method} ${path}`];
  const query = Object.fromEntries(new URLSearchParams(path.split('?')[1]));
  const faults = [
    ...(route.query === undefined ? [] : validators.coercing(route.query)(query)),
    ...(route.body === undefined || (body === undefined && route.bodyOptional)
      ? []
      : validators.strict(route.body)(structuredClone(body))),
  ];
  return faults.map((fault) => `${method} ${route.path}${fault.path} ${fault.message}`);
}

/** In what an answer differs from those that the real admin API declares. */
export function answerFaults(
  method: string,
  path: string,
  status: number,
  body: unknown,
): readonly string[] {
  const answers: Readonly<
    Record<number, { readonly schema?: object; readonly lines?: true } | undefined>
  > = routeOf(method, path)?.answers ?? {};
  const declared = answers[status];
  if (declared === undefined) return [`${method} ${path} never answers ${String(status)}`];
  if (declared.schema === undefined) return [];
  const validate = answersAjv.compile({ ...declared.schema, components: { schemas: SCHEMAS } });
  const bodies = declared.lines ? linesOf(String(body)) : [body];
  return bodies.flatMap((one) =>
    validate(one)
      ? []
      : (validate.errors ?? []).map(
          ({ instancePath, message }) => `${method} ${path}${instancePath} ${message ?? ''}`,
        ),
  );
}

const linesOf = (text: string): readonly unknown[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
