import { ok } from '@ambit/scope-catalog';
import { CLIENT_ID, SCOPE } from '../inputs.ts';
import { closed, named, nonEmpty } from '../json-schema.ts';
import { defineRoute } from '../route.ts';
import { toWireDelegationExplanation } from '../wire/delegation-explanation.ts';
import { toWireExplanation } from '../wire/explanation.ts';
import { timeMember } from '../wire/time.ts';

/** Who may have what, and why. */
export const accessRoutes = [
  defineRoute<object, { scope: string }>()({
    method: 'GET',
    path: '/access/who-can',
    summary: 'List every client that is entitled to a scope',
    scope: 'ambit.role:read',
    query: closed({ scope: SCOPE }),
    answers: { 200: { description: 'all of them', schema: named('WhoCan') } },
    problems: ['scope.unknown', 'client.not_found', 'role.not_found'],
    async handle({ query: { scope } }, { access }) {
      const holders = await access.whoCan(scope);
      if (!holders.ok) return holders;
      const items = holders.value.map(({ clientId, roles, until }) => ({
        client: clientId,
        roles,
        ...timeMember('until', until),
      }));
      return ok({ status: 200, body: { scope, items, total: items.length } });
    },
  }),
  defineRoute<object, { client: string }>()({
    method: 'GET',
    path: '/access/what-can',
    summary: 'List every scope that a client is entitled to',
    scope: 'ambit.role:read',
    query: closed({ client: CLIENT_ID }),
    answers: { 200: { description: 'all of them', schema: named('WhatCan') } },
    problems: ['client.not_found'],
    async handle({ query: { client } }, { access }) {
      const held = await access.whatCan(client);
      if (!held.ok) return held;
      const items = held.value.map(({ scope, resourceServer, roles }) => ({
        scope,
        resource_server: resourceServer,
        roles,
      }));
      return ok({ status: 200, body: { client, items, total: items.length } });
    },
  }),
  defineRoute<object, { client: string; scope: string }>()({
    method: 'GET',
    path: '/access/explain',
    summary: 'Say why a client is, or is not, entitled to a scope',
    scope: 'ambit.role:read',
    query: closed({ client: CLIENT_ID, scope: SCOPE }),
    answers: { 200: { description: 'the explanation', schema: named('Explanation') } },
    problems: ['client.not_found'],
    async handle({ query: { client, scope } }, { access }) {
      const explained = await access.explain(client, scope);
      return explained.ok
        ? ok({ status: 200, body: toWireExplanation(explained.value) })
        : explained;
    },
  }),
  defineRoute<object, { client: string; scope: string; holding: string }>()({
    method: 'GET',
    path: '/access/explain-delegation',
    summary: 'Say what a client would be granted on behalf of whoever holds certain scopes',
    scope: 'ambit.role:read',
    query: closed({
      client: CLIENT_ID,
      scope: SCOPE,
      holding: nonEmpty(4096, 'scopes of the subject token, between single spaces'),
    }),
    answers: { 200: { description: 'the explanation', schema: named('DelegationExplanation') } },
    problems: ['client.not_found'],
    async handle({ query: { client, scope, holding } }, { access }) {
      const held = [...new Set(holding.split(' ').filter(Boolean))];
      const explained = await access.explainDelegation(client, scope, held);
      return explained.ok
        ? ok({ status: 200, body: toWireDelegationExplanation(explained.value) })
        : explained;
    },
  }),
];
