import { describe, expect, test } from '@jest/globals';
import { rollDice } from './dice.ts';
import { baseCatalog } from './grammar/catalogs.ts';
import { newKeys } from './grammar/keys.ts';
import { growthPerRequest } from './memory.ts';
import type { FuzzRequest } from './request.ts';
import { dealer, DECK_SIZE, ENDPOINTS } from './requests/deck.ts';
import { asCommand, shrink } from './shrink.ts';
import { newWorld } from './world.ts';
import type { Part, World } from './world.ts';

const PARTS: readonly Part[] = [
  ...(['viewer', 'editor', 'partial', 'keyed', 'front', 'stock', 'bot', 'off'] as const),
  ...(['ambit-viewer', 'ambit-editor', 'ambit-responder', 'ambit-admin'] as const),
];

/** A world in which nothing was found yet. */
function newQuietWorld(): World {
  const issuer = 'http://localhost:3000';
  const keys = newKeys();
  const root = { client_id: 'admin', client_secret: 'x' };
  const source = JSON.stringify(baseCatalog(issuer, 'bot', keys));
  const world = newWorld({ issuer, keys, root, round: 0, base: { version: 1, source } });
  for (const id of PARTS) {
    world.cast.set(id, { id, secret: `secret-of-${id}`, scopes: ['orders:read', 'stock:read'] });
  }
  return world;
}

/** Times and signatures are others each time. */
const signed = ({ endpoint, flaw }: FuzzRequest): boolean =>
  /token|assertion|proof|key|secret in/.test(`${endpoint} ${flaw}`);

describe('the requests of a run', () => {
  test('come again for the same seed and number, in the same world', () => {
    const world = newQuietWorld();
    const make = (seed: number, index: number): FuzzRequest => {
      const { endpoint, flaw } = dealer(seed)(index);
      return endpoint.make(rollDice(seed, index), world, flaw);
    };
    let compared = 0;
    for (let index = 0; index < DECK_SIZE; index += 1) {
      const [first, again] = [make(7, index), make(7, index)];
      expect({ ...again, fields: [], body: '', target: '', secrets: [] }).toEqual({
        ...first,
        ...{ fields: [], body: '', target: '', secrets: [] },
      });
      if (signed(first) || first.flaw === 'none') continue;
      compared += 1;
      expect(again.body).toBe(first.body);
    }
    expect(compared).toBeGreaterThan(300);
  });

  test('have in every deck each flaw of each endpoint', () => {
    const deal = dealer(3);
    const dealt = new Set<string>();
    for (let index = DECK_SIZE; index < 2 * DECK_SIZE; index += 1) {
      const { endpoint, flaw } = deal(index);
      dealt.add(`${endpoint.name}: ${flaw}`);
    }
    for (const { name, flaws } of ENDPOINTS) {
      for (const flaw of ['none', ...flaws]) expect(dealt).toContain(`${name}: ${flaw}`);
    }
  });
});

describe('a request that shows what is broken', () => {
  const request: FuzzRequest = {
    endpoint: 'GET /clients',
    flaw: 'none',
    method: 'POST',
    target: '/admin/v1/clients?limit=1&cursor=x',
    fields: [
      ['Accept', '*/*'],
      ['X-Bad', 'yes'],
    ],
    body: '{"a":1,"bad":2,"c":3}',
    secrets: [],
  };

  test('is told without what does not matter, as a command', async () => {
    const isBroken = ({ fields, body = '' }: FuzzRequest): Promise<boolean> =>
      Promise.resolve(fields.some(([name]) => name === 'X-Bad') && body.includes('"bad":2}'));
    expect(asCommand(await shrink(request, isBroken), 'http://localhost:1')).toBe(
      `curl -i -X 'POST' --request-target '/admin/v1/clients' http://localhost:1 -H 'X-Bad: yes' --data-binary '{"bad":2}'`,
    );
  });

  test('is told whole where nothing less shows it', async () => {
    expect(await shrink(request, () => Promise.resolve(false))).toBe(request);
  });
});

describe('the growth of memory', () => {
  const samples = (heapUsed: (requests: number) => number) =>
    Array.from({ length: 12 }, (_, index) => index * 1000).map((requests) => ({
      requests,
      heapUsed: heapUsed(requests),
      rss: 0,
    }));

  test('is what each request leaves behind, once the caches are warm', () => {
    const filling = (requests: number): number => Math.min(requests, 3000) * 5000;
    expect(growthPerRequest(samples(filling))).toBe(0);
    expect(growthPerRequest(samples((requests) => filling(requests) + 700 * requests))).toBe(700);
  });

  test('is not read into a single sample', () => {
    expect(growthPerRequest(samples((requests) => (requests === 8000 ? 1e9 : 5e7)))).toBe(0);
  });
});
