import { ok } from '@ambit/scope-catalog';
import type { SigningAlg } from '@ambit/scope-catalog';
import { ALG, KID } from '../inputs.ts';
import { closed, named } from '../json-schema.ts';
import { PAGE_QUERY, pageOf, pageOfAll } from '../pagination.ts';
import type { PageQuery } from '../pagination.ts';
import type { KeyInfo } from '../../keys/key-service.ts';
import { defineRoute } from '../route.ts';
import type { Answer } from '../route.ts';
import { toWireKey } from '../wire/key.ts';

const affected = { description: 'the keys it touched', schema: named('Keys') };

/** Signing keys and their rotation. */
export const keyRoutes = [
  defineRoute<object, PageQuery>()({
    method: 'GET',
    path: '/keys',
    summary: 'List signing keys, newest first',
    scope: 'ambit.key:read',
    query: closed(PAGE_QUERY),
    answers: { 200: { description: 'a page of keys', schema: pageOf(named('Key')) } },
    async handle({ query }, { keys }) {
      const page = pageOfAll(await keys.list(), query, ({ kid }) => kid, toWireKey);
      return page.ok ? ok({ status: 200, body: page.value }) : page;
    },
  }),
  defineRoute<object, object, { alg?: SigningAlg }>()({
    method: 'POST',
    path: '/keys/rotate',
    summary: 'Let the next key sign, of one algorithm or of all',
    scope: 'ambit.key:rotate',
    body: closed({ 'alg?': ALG }),
    bodyOptional: true,
    event: 'key.activated',
    answers: { 200: affected },
    problems: ['key.not_found', 'key.not_ready', 'key.in_use', 'key.wrong_state'],
    async handle({ body, actor }, { keys }) {
      const rotated = await keys.rotate(body, actor);
      return rotated.ok ? ok(answerKeys(rotated.value)) : rotated;
    },
  }),
  defineRoute<{ kid: string }>()({
    method: 'POST',
    path: '/keys/{kid}/retire',
    summary: 'Let a key sign no more; it stays published until its tokens have expired',
    scope: 'ambit.key:rotate',
    params: closed({ kid: KID }),
    event: 'key.retired',
    answers: { 200: affected },
    problems: ['key.not_found', 'key.not_ready', 'key.in_use', 'key.wrong_state'],
    async handle({ params, actor }, { keys }) {
      const retired = await keys.retire(params.kid, actor);
      return retired.ok ? ok(answerKeys(retired.value)) : retired;
    },
  }),
  defineRoute<{ kid: string }>()({
    method: 'POST',
    path: '/keys/{kid}/destroy',
    summary: 'Destroy a retired key whose tokens have expired',
    scope: 'ambit.key:rotate',
    params: closed({ kid: KID }),
    event: 'key.destroyed',
    answers: { 200: affected },
    problems: ['key.not_found', 'key.not_ready', 'key.in_use', 'key.wrong_state'],
    async handle({ params, actor }, { keys }) {
      const destroyed = await keys.destroy(params.kid, actor);
      return destroyed.ok ? ok(answerKeys(destroyed.value)) : destroyed;
    },
  }),
];

const answerKeys = (keys: readonly KeyInfo[]): Answer => ({
  status: 200,
  body: { items: keys.map(toWireKey), total: keys.length },
});
