import { Ajv } from 'ajv';
import type { ErrorObject, ValidateFunction } from 'ajv';
import { isDay } from './day.ts';
import type { DocumentPath, Finding } from './finding.ts';
import { breach, BREACHES_MAX, didYouMean, MORE_BREACHES } from './rules.ts';
import type { CatalogRule } from './rules.ts';
import { CATALOG_SCHEMA, PATTERN_HINTS } from './schema.ts';
import { suggestNames } from './suggest-names.ts';

/** Where a value breaks the schema of catalog documents, all of it at once; empty where it keeps to it. */
export function findSchemaBreaches(value: unknown): Finding[] {
  const validate = validator();
  if (validate(value)) return [];
  const errors = (validate.errors ?? []).filter((error) => error.propertyName === undefined);
  const told = errors
    .slice(0, BREACHES_MAX)
    .map((error) => explain(error, pathOf(error.instancePath, value)));
  return errors.length > BREACHES_MAX ? [...told, MORE_BREACHES] : told;
}

let compiled: ValidateFunction | undefined;

/** Compiling the schema takes longer than most uses of it, so it waits for the first. */
function validator(): ValidateFunction {
  if (compiled === undefined) {
    const ajv = new Ajv({
      allErrors: true,
      verbose: true,
      allowUnionTypes: true,
      strictTypes: false,
    });
    ajv.addFormat('date', { type: 'string', validate: isDay });
    compiled = ajv.compile(CATALOG_SCHEMA);
  }
  return compiled;
}

interface Params {
  readonly additionalProperty?: string;
  readonly missingProperty?: string;
  readonly propertyName?: string;
  readonly allowedValues?: readonly unknown[];
  readonly type?: string | readonly string[];
  readonly limit?: number;
  readonly i?: number;
}

function explain(error: ErrorObject, path: DocumentPath): Finding {
  const params: Params = error.params;
  const parent = error.parentSchema as Record<string, unknown>;
  switch (error.keyword) {
    case 'additionalProperties': {
      const name = params.additionalProperty ?? '';
      const known = Object.keys((parent['properties'] ?? {}) as object);
      const hint = didYouMean(suggestNames(name, known)) ?? `known here are ${listed(known)}`;
      return breach('property-unknown', [...path, name], `\`${name}\` is not known here`, hint);
    }
    case 'required': {
      const name = params.missingProperty ?? '';
      return breach(
        'property-missing',
        path,
        `${shown(path)} lacks \`${name}\``,
        `add \`${name}\``,
      );
    }
    case 'propertyNames': {
      const name = params.propertyName ?? '';
      return breach('name-invalid', [...path, name], `\`${name}\` is not a name`, nameHint(parent));
    }
    case 'type': {
      const types = [params.type ?? []].flat().join(' or ');
      const hint = error.data === null ? 'write `{}` where there is nothing to say' : undefined;
      return breach('type-wrong', path, `${shown(path)} is not of type ${types}`, hint);
    }
    case 'enum': {
      const allowed = (params.allowedValues ?? []).map(String);
      const near = typeof error.data === 'string' ? suggestNames(error.data, allowed) : [];
      const hint = didYouMean(near) ?? `write ${listed(allowed)}`;
      return breach('value-invalid', path, `${shown(path)} is ${quoted(error.data)}`, hint);
    }
    case 'pattern': {
      const hint = PATTERN_HINTS.get(String(parent['pattern']));
      return breach('name-invalid', path, `${quoted(error.data)} does not fit here`, hint);
    }
    case 'format':
      return breach(
        'value-invalid',
        path,
        `${quoted(error.data)} is not a day of the calendar`,
        'write it as `YYYY-MM-DD`',
      );
    case 'uniqueItems': {
      const index = params.i ?? 0;
      const item: unknown = Array.isArray(error.data) ? error.data[index] : undefined;
      return breach('value-repeated', [...path, index], `${quoted(item)} is there twice`);
    }
    default:
      return bounds(error, path, params.limit);
  }
}

const BOUNDS: Readonly<Record<string, string>> = {
  minimum: 'is less than',
  maximum: 'is more than',
  minLength: 'is shorter than',
  maxLength: 'is longer than',
  minItems: 'has fewer entries than',
  maxItems: 'has more entries than',
  minProperties: 'has fewer entries than',
  maxProperties: 'has more entries than',
};

function bounds(error: ErrorObject, path: DocumentPath, limit: number | undefined): Finding {
  const rule: CatalogRule =
    path.at(-1) === 'lifetimeSeconds' ? 'lifetime-out-of-bounds' : 'size-out-of-bounds';
  const breaks = BOUNDS[error.keyword] ?? `breaks \`${error.keyword}\` of`;
  return breach(rule, path, `${shown(path)} ${breaks} ${String(limit ?? 'the schema allows')}`);
}

function nameHint(schema: Record<string, unknown>): string | undefined {
  const names = (schema['propertyNames'] ?? {}) as { pattern?: string; maxLength?: number };
  if (names.pattern === undefined) return 'publish public keys only';
  const most = `at most ${String(names.maxLength)} characters`;
  return `${PATTERN_HINTS.get(names.pattern) ?? ''}; ${most}`;
}

const listed = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

const shown = (path: DocumentPath): string =>
  path.length === 0 ? 'the document' : `\`${String(path.at(-1))}\``;

function quoted(value: unknown): string {
  const json = typeof value === 'string' ? value : JSON.stringify(value);
  return `\`${json.length > 80 ? `${json.slice(0, 80)}…` : json}\``;
}

/** A JSON pointer (RFC 6901) as a path; array steps become numbers. */
function pathOf(pointer: string, root: unknown): DocumentPath {
  const path: (string | number)[] = [];
  let value = root;
  for (const token of pointer.split('/').slice(1)) {
    const step = token.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(value) ? Number(step) : step);
    value = (value as Record<string, unknown>)[step];
  }
  return path;
}
