import { present } from '@ambit/scope-catalog';
/** A JSON Schema (draft 2020-12, as OpenAPI 3.1 has it), in the subset the route tables use. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  /** Whether it is a credential: taken, and never told again. */
  readonly writeOnly?: true;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly enum?: readonly (string | number | boolean | null)[];
  readonly const?: string | number | boolean;
  readonly pattern?: string;
  readonly format?: 'date-time';
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
  readonly oneOf?: readonly JsonSchema[];
}

/** An object with these members and no others; names that end in `?` may be absent. */
export function closed(members: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const entries = Object.entries(members);
  return {
    type: 'object',
    properties: Object.fromEntries(
      entries.map(([name, schema]) => [name.replace(/\?$/, ''), schema]),
    ),
    required: entries.map(([name]) => name).filter((name) => !name.endsWith('?')),
    additionalProperties: false,
  };
}

/** A list of one kind of thing. */
export const listOf = (items: JsonSchema, maxItems?: number): JsonSchema => ({
  type: 'array',
  items,
  ...present({ maxItems }),
});

/** A text of bounded length, without U+0000, which PostgreSQL cannot hold. */
export const text = (maxLength: number, description?: string): JsonSchema => ({
  type: 'string',
  maxLength,
  pattern: '^[^\\u0000]*$',
  ...present({ description }),
});

/** A text of at least one character and bounded length. */
export const nonEmpty = (maxLength: number, description?: string): JsonSchema => ({
  ...text(maxLength, description),
  minLength: 1,
});

/** Something that may also be taken away with `null`. */
export const orNull = (schema: JsonSchema): JsonSchema => ({ oneOf: [schema, { type: 'null' }] });

/** A part of the document that has a name. */
export const named = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

/** Any text. */
export const STRING: JsonSchema = { type: 'string' };
/** True or false. */
export const BOOLEAN: JsonSchema = { type: 'boolean' };
/** Any whole number. */
export const INTEGER: JsonSchema = { type: 'integer' };
/** A list of texts. */
export const STRINGS: JsonSchema = listOf(STRING);
/** A moment (RFC 3339). */
export const TIME: JsonSchema = { type: 'string', format: 'date-time', maxLength: 40 };
