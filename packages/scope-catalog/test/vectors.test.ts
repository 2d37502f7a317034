import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { compileCatalog, decideIssuance, decideLiveness, parseCatalog } from '@ambit/scope-catalog';
import type {
  CompiledCatalog,
  IssuanceRequest,
  LivenessDecision,
  LivenessSubject,
  Principal,
} from '@ambit/scope-catalog';

/** One decision over `catalog.yaml`, titled by the clause it proves. `now` is RFC 3339. */
type Vector = { readonly title: string; readonly now: string } & (
  | {
      readonly decide: 'issuance';
      readonly principal: Principal;
      readonly request: IssuanceRequest;
      readonly expect: { readonly granted: object } | { readonly refused: object };
    }
  | {
      readonly decide: 'liveness';
      readonly principal: Principal | null;
      readonly token: LivenessSubject;
      readonly expect: LivenessDecision;
    }
);

const folder = new URL('vectors/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
const vectors = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(read(name)) as Vector);

function load(): CompiledCatalog {
  const parsed = parseCatalog(read('catalog.yaml'), 'catalog.yaml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  const compiled = compileCatalog(parsed.value.document, { issuer: 'https://id.example' });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  return compiled.value;
}

describe('vectors', () => {
  const catalog = load();

  test.each(vectors)('$title', (vector) => {
    const now = Date.parse(vector.now);
    if (vector.decide === 'liveness') {
      const { principal, token } = vector;
      expect(decideLiveness(catalog, principal ?? undefined, token, now)).toEqual(vector.expect);
      return;
    }
    const decided = decideIssuance(catalog, vector.principal, vector.request, now);
    const told = decided.ok
      ? { granted: { ...decided.value, resourceServer: decided.value.resourceServer.name } }
      : { refused: decided.error };
    expect(told).toEqual(vector.expect);
  });
});
