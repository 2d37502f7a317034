import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  compileCatalog,
  decideChainLiveness,
  decideDelegation,
  decideIssuance,
  decideLiveness,
  parseCatalog,
} from '@ambit/scope-catalog';
import type {
  ChainLiveness,
  ChainRoot,
  CompiledCatalog,
  DelegationClient,
  DelegationRequest,
  DerivationStep,
  IssuanceRequest,
  LivenessDecision,
  LivenessSubject,
  Principal,
} from '@ambit/scope-catalog';

/** One decision over `catalog.yaml`, or `delegation.yaml`, titled by the clause it proves. `now` is RFC 3339. */
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
  | {
      readonly decide: 'delegation';
      readonly request: DelegationRequest;
      readonly expect: { readonly granted: object } | { readonly refused: object };
    }
  | {
      readonly decide: 'chain';
      readonly clients: readonly DelegationClient[];
      readonly root: ChainRoot;
      readonly steps: readonly DerivationStep[];
      readonly expect: ChainLiveness;
    }
);

const folder = new URL('vectors/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
const vectors = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(read(name)) as Vector);

function load(file: string): CompiledCatalog {
  const parsed = parseCatalog(read(file), file);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  const compiled = compileCatalog(parsed.value.document, { issuer: 'https://id.example' });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  return compiled.value;
}

describe('vectors', () => {
  const catalog = load('catalog.yaml');
  const delegating = load('delegation.yaml');

  test.each(vectors)('$title', (vector) => {
    const now = Date.parse(vector.now);
    switch (vector.decide) {
      case 'liveness': {
        const { principal, token } = vector;
        expect(decideLiveness(catalog, principal ?? undefined, token, now)).toEqual(vector.expect);
        return;
      }
      case 'chain': {
        const { clients, root, steps } = vector;
        const clientOf = (id: string) => clients.find(({ clientId }) => clientId === id);
        expect(decideChainLiveness(delegating, clientOf, root, steps, now)).toEqual(vector.expect);
        return;
      }
      case 'delegation': {
        const decided = decideDelegation(delegating, vector.request, now);
        if (!decided.ok) {
          expect({ refused: decided.error }).toEqual(vector.expect);
          return;
        }
        const { resourceServer, sources, ...grant } = decided.value;
        const by = sources.map((source) =>
          source.by === 'rule' ? { ...source, rule: source.rule.index } : source,
        );
        const granted = { ...grant, sources: by, resourceServer: resourceServer.name };
        expect({ granted }).toEqual(vector.expect);
        return;
      }
      case 'issuance': {
        const decided = decideIssuance(catalog, vector.principal, vector.request, now);
        const told = decided.ok
          ? { granted: { ...decided.value, resourceServer: decided.value.resourceServer.name } }
          : { refused: decided.error };
        expect(told).toEqual(vector.expect);
      }
    }
  });
});
