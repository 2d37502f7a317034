import type { JsonSchema } from '../../../packages/idp/src/admin-api/json-schema.ts';
import type { Dice } from '../dice.ts';
import type { Json } from './json.ts';
import { someTime, word } from './texts.ts';

/** What stands for a member of some name, where there is something alive to stand for it. */
export type LiveValue = (name: string) => Json | undefined;

/** Makes a value that a schema takes, from what is alive where members have names that something alive goes by. */
export function conform(dice: Dice, schema: JsonSchema, live: LiveValue, name = ''): Json {
  const alternative = schema.oneOf && conform(dice, dice.pick(schema.oneOf), live, name);
  if (alternative !== undefined) return alternative;
  if (schema.enum) return dice.pick(schema.enum) as Json;
  const found = live(name);
  const known = schema.type === 'string' && typeof found === 'number' ? String(found) : found;
  if (known !== undefined && fits(schema, known)) return known;
  switch (schema.type) {
    case 'object':
      return conformObject(dice, schema, live);
    case 'array': {
      const length = dice.below(Math.min(schema.maxItems ?? 3, 3) + 1);
      const item = name.replace(/s$/, '');
      return Array.from({ length }, () => conform(dice, schema.items ?? {}, live, item));
    }
    case 'integer': {
      const least = schema.minimum ?? 0;
      return least + dice.below(Math.min(20, (schema.maximum ?? 20) - least + 1));
    }
    case 'boolean':
      return dice.chance(0.5);
    case 'null':
      return null;
    default:
      return schema.format === 'date-time'
        ? someTime(dice)
        : word(dice, Math.min(8, schema.maxLength ?? 8));
  }
}

function conformObject(dice: Dice, schema: JsonSchema, live: LiveValue): Json {
  const members = Object.entries(schema.properties ?? {});
  const required = schema.required ?? [];
  const chosen = members.filter(([name]) => required.includes(name) || dice.chance(0.3));
  const enough = chosen.length < (schema.minProperties ?? 0) ? [dice.pick(members)] : chosen;
  return Object.fromEntries(
    enough.map(([name, member]) => [name, conform(dice, member, live, name)]),
  );
}

/** Whether something alive is of the type that a schema wants. */
function fits({ type, pattern }: JsonSchema, value: Json): boolean {
  const types = [type ?? []].flat();
  const actual = Number.isInteger(value) ? 'integer' : typeof value;
  return (
    types.includes(actual) && (pattern === undefined || new RegExp(pattern).test(String(value)))
  );
}
