import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { AuditEntry } from '../../src/audit/record.ts';
import type { Derivation } from '../../src/delegation/ports.ts';
import { createTraceService, TRACED_MAX } from '../../src/delegation/trace.ts';
import { createHouse, ISSUER, must, START } from '../support/house.ts';
import type { House } from '../support/house.ts';
import { SHOP } from '../support/shop-catalog.ts';

const SHOP_API = { name: 'shop-api', audience: 'https://api.shop.example' };
const BILLING_API = { name: 'billing-api', audience: 'https://billing.shop.example' };
const RULE = { actor: { role: 'caller' }, holding: ['orders:read'], may: ['invoices:read'] };
const LIFETIME = 300;
const EXPIRES_AT = START / 1000 + LIFETIME;

let house: House;
beforeEach(async () => {
  house = await createHouse();
  await house.register('front', ['viewer']);
  await house.register('shop', ['caller'], { resourceServers: ['shop-api'] });
  await house.register('billing', ['accountant'], { resourceServers: ['billing-api'] });
});
afterEach(() => house.close());

/** A token on record: issued to a client, in exchange for its parent where it has one. */
interface Issued {
  readonly jti: string;
  readonly client: string;
  readonly server: typeof SHOP_API;
  readonly scope: string;
  readonly parent?: Issued;
}
const ROOT: Issued = { jti: 'root', client: 'front', server: SHOP_API, scope: 'orders:read' };
const CHILD: Issued = {
  ...{ jti: 'child', client: 'shop', server: BILLING_API, scope: 'invoices:read' },
  parent: ROOT,
};
const GRANDCHILD: Issued = {
  ...{ jti: 'grandchild', client: 'billing', server: BILLING_API, scope: 'invoices:read' },
  parent: CHILD,
};
const SIBLING: Issued = {
  ...{ jti: 'sibling', client: 'shop', server: SHOP_API, scope: 'orders:read' },
  parent: ROOT,
};

const wayTo = (token: Issued): readonly Issued[] =>
  token.parent === undefined ? [token] : [...wayTo(token.parent), token];

function derivationOf(token: Issued): Derivation | undefined {
  const [root, ...exchanged] = wayTo(token);
  if (root === undefined || token.parent === undefined) return undefined;
  return {
    jti: token.jti,
    parentJti: token.parent.jti,
    root: {
      ...{ jti: root.jti, sub: root.client, clientId: root.client },
      audience: root.server.audience,
      scopes: [root.scope],
    },
    steps: exchanged.map(({ jti, client, server, scope, parent }, index) => ({
      ...{ jti, parentJti: parent?.jti ?? '', actor: client, audience: server.audience },
      scopes: [
        scope === parent?.scope
          ? { scope, by: 'carried' as const }
          : { scope, by: 'rule' as const, rule: RULE },
      ],
      ...{ catalogVersion: 1, depth: index + 1, expiresAt: EXPIRES_AT },
    })),
    ancestors: wayTo(token.parent).map(({ jti, client, scope }) => ({
      ...{ jti, clientId: client, scopes: [scope], kid: 'k', catalogVersion: 1 },
      ...{ issuedAt: START / 1000, revision: 1 },
    })),
    expiresAt: EXPIRES_AT,
  };
}

async function issue(...tokens: readonly Issued[]): Promise<void> {
  for (const token of tokens) {
    const [root] = wayTo(token);
    const entry: AuditEntry = {
      ...{ time: START, requestId: 'r', decision: 'granted', kid: 'k' },
      event: token.parent === undefined ? 'token.issued' : 'token.exchanged',
      ...{ subject: root?.client ?? '', client: token.client, jti: token.jti },
      ...{ audience: token.server.audience, grantedScopes: [token.scope] },
      ...{ catalogVersion: 1, revision: 1, expiresAt: EXPIRES_AT },
      ...(token.parent === undefined
        ? {}
        : {
            parentJti: token.parent.jti,
            grantedBy: [
              token.scope === token.parent.scope
                ? { scope: token.scope, by: 'carried' as const }
                : { scope: token.scope, by: 'rule' as const, rule: 0 },
            ],
            actors: wayTo(token)
              .slice(1)
              .map(({ client }) => client)
              .reverse(),
          }),
    };
    await house.storage.read.audit.append(entry, derivationOf(token));
  }
}
const trace = async (jti: string) => must(await house.traces.trace(jti));
const inShort = (token: Awaited<ReturnType<typeof trace>>): unknown => [
  token.jti,
  token.active ? token.live : token.reason,
  ...token.children.map(inShort),
];

test('the tree is told from its root, whichever of its tokens is named', async () => {
  await issue(ROOT, CHILD, GRANDCHILD, SIBLING);
  const whole = [
    'root',
    ['orders:read'],
    ['child', ['invoices:read'], ['grandchild', ['invoices:read']]],
    ['sibling', ['orders:read']],
  ];
  for (const jti of ['root', 'child', 'grandchild', 'sibling']) {
    expect(inShort(await trace(jti))).toEqual(whole);
  }
});

test('each token says who asked on whose behalf, for what, when, under which rule and version', async () => {
  await issue(ROOT, CHILD, GRANDCHILD);
  const root = await trace('root');
  expect(root).toMatchObject({ client: 'front', subject: 'front', grantedBy: [] });
  expect(root.children[0]).toMatchObject({
    ...{ client: 'shop', subject: 'front', audience: BILLING_API.audience, catalogVersion: 1 },
    ...{ scopes: ['invoices:read'], issuedAt: START, expiresAt: EXPIRES_AT },
    grantedBy: [{ scope: 'invoices:read', by: 'rule', rule: RULE }],
  });
  expect(root.children[0]?.children[0]?.grantedBy).toEqual([
    { scope: 'invoices:read', by: 'carried' },
  ]);
});

test('what a revocation or a change of the catalog does to the tree is seen in it', async () => {
  await issue(ROOT, CHILD, GRANDCHILD, SIBLING);
  await house.publish(SHOP.replace("may: ['invoices:read']", "may: ['invoices:write']"));
  expect(inShort(await trace('root'))).toEqual([
    'root',
    ['orders:read'],
    ['child', 'no_live_scope', ['grandchild', 'no_live_scope']],
    ['sibling', ['orders:read']],
  ]);
  must(
    await house.revocations.revoke(
      { kind: 'jti', jti: 'root' },
      undefined,
      await house.actor('root'),
    ),
  );
  expect(inShort(await trace('sibling'))).toEqual([
    'root',
    'revoked',
    ['child', 'revoked', ['grandchild', 'revoked']],
    ['sibling', 'revoked'],
  ]);
});

test('once derivations are forgotten, the way up from a token is still told', async () => {
  await issue(ROOT, CHILD, GRANDCHILD, SIBLING);
  house.pass(LIFETIME * 1000);
  await house.storage.read.derivations.prune(START + LIFETIME * 1000);
  expect(inShort(await trace('grandchild'))).toEqual([
    'root',
    'expired',
    ['child', 'expired', ['grandchild', 'expired']],
  ]);
  expect(inShort(await trace('root'))).toEqual(['root', 'expired']);
});

test('the rule of an exchange is told as it read then, whatever became of it and of the derivation', async () => {
  await issue(ROOT, CHILD);
  await house.publish(SHOP.replace(/delegation:[^]*?federation:/, 'federation:'));
  house.pass(LIFETIME * 1000);
  await house.storage.read.derivations.prune(START + LIFETIME * 1000);
  expect((await trace('child')).children[0]).toMatchObject({
    catalogVersion: 1,
    grantedBy: [{ scope: 'invoices:read', by: 'rule', rule: RULE }],
  });
});

test('a workload is told by its name elsewhere', async () => {
  const external = { issuer: 'https://ci.example', subject: 'repo:acme/shop' };
  await house.storage.read.audit.append({
    ...{ time: START, requestId: 'r', event: 'token.issued', decision: 'granted', jti: 'w' },
    ...{ client: 'front', subject: 'front', grantedScopes: ['orders:read'] },
    ...{ externalIssuer: external.issuer, personal: { externalSubject: external.subject } },
  });
  expect(await trace('w')).toMatchObject({ client: 'front', external });
});

test('a token that was never issued is refused by its name', async () => {
  expect(await house.traces.trace('nothing')).toEqual({
    ok: false,
    error: { code: 'token.not_recorded', jti: 'nothing' },
  });
});

test('a tree of any size is told in part, and says how much is left out', async () => {
  const { snapshots, clock } = house;
  const children = Array.from({ length: TRACED_MAX + 5 }, (_, index) => ({
    ...CHILD,
    jti: `child-${index}`,
  }));
  await issue(ROOT);
  const root = must(await house.traces.trace('root'));
  expect(root.children).toEqual([]);
  const service = createTraceService({
    snapshots,
    clock,
    issuer: ISSUER,
    read: {
      catalog: house.storage.read.catalog,
      audit: {
        findIssuance: async (jti) => {
          const record = await house.storage.read.audit.findIssuance('root');
          return record && { ...record, jti };
        },
      },
      derivations: {
        listChildren: async (jti) =>
          jti === 'root' ? children.flatMap((child) => derivationOf(child) ?? []) : [],
      },
    },
  });
  const told = must(await service.trace('root'));
  expect([told.children.length, told.omitted]).toEqual([TRACED_MAX - 1, 6]);
});
