import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decideChainLiveness, decideDelegation, entitledScopes } from '@ambit/scope-catalog';
import type { ChainLiveness, CompiledCatalog } from '@ambit/scope-catalog';
import { NOW } from '../arbitraries.ts';
import {
  arbitraryClients,
  arbitraryDelegatingCatalog,
  arbitraryMoves,
  growChain,
  withoutRules,
} from '../delegation-arbitraries.ts';
import type { Chain, Clients } from '../delegation-arbitraries.ts';

const RUNS = { numRuns: 1200 };

/** A catalog, its clients, and a chain that was really granted there, if any could be. */
const grown = fc
  .tuple(arbitraryDelegatingCatalog, arbitraryClients, arbitraryMoves)
  .map(([catalog, clients, [first, ...moves]]) => ({
    catalog,
    clients,
    chain: first && growChain(catalog, clients, first, moves),
  }));

const live = (catalog: CompiledCatalog, clients: Clients, chain: Chain): ChainLiveness =>
  decideChainLiveness(catalog, (id) => clients.get(id), chain.root, chain.steps, NOW);

const carriedBy = ({ root, steps }: Chain): (readonly string[])[] => [
  root.scopes,
  ...steps.map(({ scopes }) => scopes.map(({ scope }) => scope)),
];

describe('laws of a chain', () => {
  test('what is granted is live at the same moment, whole', () => {
    fc.assert(
      fc.property(grown, ({ catalog, clients, chain }) => {
        if (!chain) return;
        const carried = carriedBy(chain);
        const expected = { scopes: carried.at(-1), live: carried, lost: [] };
        expect(live(catalog, clients, chain)).toEqual(expected);
      }),
      RUNS,
    );
  });

  test('what is kept of it says of each scope by which step it came, and names no other scope that a rule gives', () => {
    fc.assert(
      fc.property(grown, ({ chain }) => {
        for (const [index, { scopes }] of (chain?.steps ?? []).entries()) {
          const sources = chain?.grants[index]?.sources.map(({ scope, ...source }) =>
            source.by === 'carried'
              ? { scope, by: 'carried' }
              : { scope, by: 'rule', rule: { ...source.rule.entry, may: [scope] } },
          );
          expect(scopes).toEqual(sources);
        }
      }),
      RUNS,
    );
  });

  test('under any other version and any other standing, every scope of every token is live or lost, once', () => {
    fc.assert(
      fc.property(
        grown,
        arbitraryDelegatingCatalog,
        arbitraryClients,
        ({ chain }, catalog, clients) => {
          if (!chain) return;
          const decided = live(catalog, clients, chain);
          for (const [index, carried] of carriedBy(chain).entries()) {
            const lost = decided.lost.filter(({ step }) => step === index);
            const told = [...(decided.live[index] ?? []), ...lost.map(({ scope }) => scope)];
            expect(told.toSorted()).toEqual(carried.toSorted());
          }
          expect(decided.scopes).toEqual(decided.live.at(-1));
        },
      ),
      RUNS,
    );
  });

  test('a scope is live exactly when the same exchange would be granted it again, now', () => {
    fc.assert(
      fc.property(
        grown,
        arbitraryDelegatingCatalog,
        arbitraryClients,
        fc.boolean(),
        fc.boolean(),
        (made, otherCatalog, otherClients, sameCatalog, sameClients) => {
          const { chain } = made;
          if (!chain) return;
          const catalog = sameCatalog ? made.catalog : otherCatalog;
          const clients = sameClients ? made.clients : otherClients;
          const decided = live(catalog, clients, chain);
          for (const [index, step] of chain.steps.entries()) {
            const actor = clients.get(step.actor);
            const before = chain.tokens[index];
            if (!actor || !before) throw new Error('every step has an actor and a token before it');
            const subjectToken = { ...before, scopes: decided.live[index] ?? [] };
            for (const { scope } of step.scopes) {
              const request = {
                actor,
                subjectToken,
                requestedScopes: [scope],
                resources: [step.audience],
                audiences: [],
                proof: {},
              };
              const again = decideDelegation(catalog, request, NOW).ok;
              expect(decided.live[index + 1]?.includes(scope)).toBe(again);
            }
          }
        },
      ),
      RUNS,
    );
  });

  test('disabling any client of a chain kills its token and all below, and nothing above', () => {
    fc.assert(
      fc.property(grown, fc.nat({ max: 5 }), ({ catalog, clients, chain }, at) => {
        if (!chain) return;
        const position = at % (chain.steps.length + 1);
        const clientId = chain.steps[position - 1]?.actor ?? chain.root.clientId;
        const first = [chain.root.clientId, ...chain.steps.map(({ actor }) => actor)].indexOf(
          clientId,
        );
        const client = clients.get(clientId);
        if (!client) throw new Error('every client of a chain is there');
        for (const standing of [{ ...client, enabled: false }, undefined]) {
          const others = new Map(clients);
          if (standing) others.set(clientId, standing);
          else others.delete(clientId);
          const decided = live(catalog, others, chain);
          expect(decided.live.slice(0, first)).toEqual(carriedBy(chain).slice(0, first));
          for (const left of decided.live.slice(first)) expect(left).toEqual([]);
        }
      }),
      RUNS,
    );
  });

  test('without its rules a chain keeps only what was carried, by those entitled to it', () => {
    fc.assert(
      fc.property(grown, ({ catalog, clients, chain }) => {
        if (!chain) return;
        const decided = live(withoutRules(catalog), clients, chain);
        const allowed = new Set(chain.root.scopes);
        for (const [index, { actor }] of chain.steps.entries()) {
          const client = clients.get(actor);
          const own = client && entitledScopes(catalog, client, NOW);
          for (const scope of [...allowed]) if (!own?.has(scope)) allowed.delete(scope);
          for (const scope of decided.live[index + 1] ?? []) expect(allowed.has(scope)).toBe(true);
        }
      }),
      RUNS,
    );
  });

  test('narrowing narrows: what is taken from a client or from the rules brings nothing back', () => {
    fc.assert(
      fc.property(
        grown,
        fc.constantFrom('web', 'worker', 'reports', 'gate'),
        fc.nat({ max: 3 }),
        ({ catalog, clients, chain }, clientId, cut) => {
          if (!chain) return;
          const client = clients.get(clientId);
          if (!client) throw new Error('every client of the pool is there');
          const whole = live(catalog, clients, chain);
          const poorer = { ...client, assignments: client.assignments.slice(0, cut) };
          const fewer = live(catalog, new Map([...clients, [clientId, poorer]]), chain);
          const unruled = live(withoutRules(catalog), clients, chain);
          for (const narrowed of [fewer, unruled]) {
            for (const [index, scopes] of narrowed.live.entries()) {
              for (const scope of scopes) expect(whole.live[index]).toContain(scope);
            }
          }
        },
      ),
      RUNS,
    );
  });
});
