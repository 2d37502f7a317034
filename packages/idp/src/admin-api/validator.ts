import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import type { JsonSchema } from './json-schema.ts';

/** What is wrong at one place of a request: a JSON pointer from its part, and why. */
export interface SchemaFault {
  readonly path: string;
  readonly message: string;
}

/** Checks a value; gives everything that is wrong with it, nothing when it is sound. */
export type Validator = (value: unknown) => readonly SchemaFault[];

/** Makes validators of schemas whose references point into `components`. */
export interface ValidatorFactory {
  /** Checks, and fills in what is absent and has a default. */
  strict(schema: JsonSchema): Validator;
  /** The same for query parameters, which come as text: numbers are read. */
  coercing(schema: JsonSchema): Validator;
}

const RFC3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)$/;

/** Makes a factory for one set of named schemas. */
export function createValidatorFactory(
  schemas: Readonly<Record<string, JsonSchema>>,
): ValidatorFactory {
  const create = (coerceTypes: boolean) => {
    const ajv = new Ajv2020({
      allErrors: true,
      useDefaults: true,
      coerceTypes,
      strict: true,
      allowUnionTypes: true,
    });
    ajv.addKeyword('components');
    ajv.addFormat('date-time', (value) => RFC3339.test(value) && !Number.isNaN(Date.parse(value)));
    return (schema: JsonSchema): Validator => {
      const validate: ValidateFunction = ajv.compile({ ...schema, components: { schemas } });
      return (value) => (validate(value) ? [] : (validate.errors ?? []).map(toFault));
    };
  };
  return { strict: create(false), coercing: create(true) };
}

/** Says what is wrong without repeating the value, which may be a secret. */
function toFault({ instancePath, keyword, params, message }: ErrorObject): SchemaFault {
  const facts = params as { additionalProperty?: string; allowedValues?: readonly unknown[] };
  const detail =
    keyword === 'additionalProperties'
      ? `has no member \`${(facts.additionalProperty ?? '').slice(0, 64)}\``
      : keyword === 'enum'
        ? `must be one of ${(facts.allowedValues ?? []).map((value) => `\`${String(value)}\``).join(', ')}`
        : (message ?? keyword);
  return { path: instancePath, message: detail };
}
