import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  compileCatalog,
  decideDelegation,
  DELEGATION_CHECKS,
  parseCatalog,
} from '@ambit/scope-catalog';
import type {
  CatalogDocument,
  CompiledCatalog,
  DelegationClient,
  DelegationRequest,
} from '@ambit/scope-catalog';
import { countReads } from '../count-reads.ts';

const NOW = Date.UTC(2026, 6, 1);

function compile(document: CatalogDocument): CompiledCatalog {
  const compiled = compileCatalog(document, { issuer: 'https://id.example' });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.error));
  return compiled.value;
}

const file = new URL('../vectors/delegation.yaml', import.meta.url);
const parsed = parseCatalog(readFileSync(file, 'utf8'), 'delegation.yaml');
if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
const { document } = parsed.value;
const catalog = compile(document);

const ADMIN = 'https://id.example/admin';
const actor: DelegationClient = {
  clientId: 'orders-service',
  enabled: true,
  assignments: [{ role: 'ordering' }],
  resourceServers: [{ name: 'orders', audience: 'https://orders.example' }],
};

/**
 * What each check finds fault with, and the request that differs from the one before by having
 * mended just that.
 */
const MENDED: ((request: DelegationRequest) => DelegationRequest)[] = [
  (request) => ({ ...request, actor }),
  ({ subjectToken, ...request }) => ({
    ...request,
    subjectToken: { ...subjectToken, expiresAt: NOW / 1000 + 60 },
  }),
  ({ subjectToken, ...request }) => ({
    ...request,
    subjectToken: { ...subjectToken, scopes: ['orders:read'] },
  }),
  ({ subjectToken, ...request }) => ({
    ...request,
    subjectToken: { ...subjectToken, audience: 'https://payments.example' },
  }),
  ({ subjectToken: { mayAct: _, ...subjectToken }, ...request }) => ({ ...request, subjectToken }),
  ({ subjectToken, ...request }) => ({
    ...request,
    subjectToken: { ...subjectToken, clientId: actor.clientId, audience: 'https://orders.example' },
  }),
  ({ subjectToken, ...request }) => ({
    ...request,
    subjectToken: { ...subjectToken, clientId: 'front' },
  }),
  (request) => ({ ...request, proof: { jkt: 'mine' } }),
  ({ subjectToken, ...request }) => ({ ...request, subjectToken: { ...subjectToken, depth: 4 } }),
  (request) => ({ ...request, audiences: ['none'] }),
  (request) => ({ ...request, audiences: ['ambit'] }),
  (request) => ({ ...request, audiences: ['payments'], requestedScopes: [] }),
  (request) => ({ ...request, requestedScopes: Array.from({ length: 101 }, (_, n) => `x:n${n}`) }),
  (request) => ({ ...request, requestedScopes: ['orders:write'] }),
  (request) => ({ ...request, audiences: [], requestedScopes: ['orders:read'] }),
];

describe('the checks of an exchange', () => {
  test('are made in the order in which they are listed', () => {
    let request: DelegationRequest = {
      actor: { ...actor, enabled: false },
      subjectToken: {
        sub: 'front',
        clientId: 'front',
        audience: ADMIN,
        scopes: [],
        actors: [],
        depth: 5,
        expiresAt: 0,
        cnf: { jkt: 'theirs' },
        mayAct: { sub: 'somebody' },
      },
      requestedScopes: [],
      resources: [],
      audiences: ['orders', 'ambit'],
      proof: {},
    };
    const codes: string[] = [];
    for (const mend of MENDED) {
      const decided = decideDelegation(catalog, request, NOW);
      codes.push(decided.ok ? 'granted' : decided.error.code);
      request = mend(request);
    }
    expect(codes).toEqual(Object.keys(DELEGATION_CHECKS));
    expect(decideDelegation(catalog, request, NOW)).toMatchObject({
      ok: true,
      value: { scopes: ['orders:read'], depth: 5, bindingRequired: true },
    });
  });

  test('are numbered in the doc comment of the decision, in the same order', () => {
    const source = new URL('../../src/decisions/delegation.ts', import.meta.url);
    const numbered = readFileSync(source, 'utf8').matchAll(/^ \* (\d+)\. `(\w+)`, `(\w+)`/gm);
    expect(
      [...numbered].map(([, number, code, error]) => [number, `delegation.${code}`, error]),
    ).toEqual(
      Object.entries(DELEGATION_CHECKS).map(([code, error], index) => [
        `${index + 1}`,
        code,
        error,
      ]),
    );
  });
});

describe('an exchange', () => {
  test('with a binding of a kind that is unknown here is never proved', () => {
    const subjectToken = {
      sub: 'front',
      clientId: actor.clientId,
      audience: 'https://orders.example',
      scopes: ['orders:read'],
      actors: [],
      depth: 0,
      expiresAt: NOW / 1000 + 60,
      cnf: {},
    };
    const request = { actor, subjectToken, resources: [], audiences: [], proof: { jkt: 'mine' } };
    expect(decideDelegation(catalog, request, NOW)).toMatchObject({
      ok: false,
      error: { code: 'delegation.unproven' },
    });
  });

  test('is told the closest rule: the one that lacks least, and of those the first', () => {
    const named = { client: 'orders-service' };
    const may = ['payments:refund'];
    const rules = compile({
      ...document,
      delegation: [
        { actor: named, holding: ['orders:write', 'payments:read'], may },
        { actor: named, holding: ['orders:read'], may, maxDepth: 1 },
        { actor: named, holding: ['orders:write'], may },
        { actor: { client: 'another' }, holding: [], may },
        { actor: { role: 'ordering' }, holding: ['orders:write'], may },
      ],
    });
    const subjectToken = {
      sub: 'front',
      clientId: 'gate',
      audience: 'https://orders.example',
      scopes: ['orders:read'],
      actors: ['gate'],
      depth: 1,
      expiresAt: NOW / 1000 + 60,
    };
    const request = { actor, subjectToken, resources: [], audiences: [], proof: {} };
    const decided = decideDelegation(rules, { ...request, requestedScopes: may }, NOW);
    expect(decided).toMatchObject({
      ok: false,
      error: {
        scopeErrors: [
          { reason: 'too_deep', shortfall: { closest: { rule: 1, missing: [], maxDepth: 1 } } },
        ],
      },
    });
    const above = { ...subjectToken, scopes: ['orders:old'] };
    expect(
      decideDelegation(rules, { ...request, subjectToken: above, requestedScopes: may }, NOW),
    ).toMatchObject({
      ok: false,
      error: {
        scopeErrors: [
          { reason: 'not_held', shortfall: { closest: { rule: 2, missing: ['orders:write'] } } },
        ],
      },
    });
  });

  test('costs the same among ten thousand rules as among ten', () => {
    const delegation = (count: number): CatalogDocument['delegation'] =>
      Array.from({ length: count }, (_, index) => ({
        actor: { client: index === count - 1 ? actor.clientId : `service-${index}` },
        holding: ['orders:read'],
        may: ['payments:charge'],
      }));
    function reads(count: number): number {
      const rules = compile({ ...document, delegation: delegation(count) ?? [] });
      const subjectToken = {
        sub: 'front',
        clientId: 'front',
        audience: 'https://orders.example',
        scopes: ['orders:read'],
        actors: [],
        depth: 0,
        expiresAt: NOW / 1000 + 60,
      };
      const request = { actor, subjectToken, resources: [], audiences: [], proof: {} };
      const ask = { ...request, requestedScopes: ['payments:charge'] };
      return countReads(rules, (counted) => {
        const { ok } = decideDelegation(counted, ask, NOW);
        if (!ok) throw new Error('the last rule grants it');
      });
    }
    expect(reads(10_000)).toBe(reads(10));
  });
});
