import { err, ok, present } from '@ambit/scope-catalog';
import type { RevocationPlace } from '../../revocation/ports.ts';
import { CLIENT_ID, JTI_PATTERN, KID, SCOPE, TOKEN, VERSION } from '../inputs.ts';
import { closed, named, nonEmpty, TIME } from '../json-schema.ts';
import { decodeCursor, PAGE_QUERY, pageOf, toPage } from '../pagination.ts';
import type { PageQuery } from '../pagination.ts';
import { defineRoute } from '../route.ts';
import { decodeJti } from '../wire/decode-jti.ts';
import { decodeRevocation } from '../wire/decode-revocation.ts';
import type { WireMatch } from '../wire/decode-revocation.ts';
import { toWireRevocation } from '../wire/revocation.ts';
import { toWireTokenExplanation } from '../wire/token-explanation.ts';
import { toWireTrace } from '../wire/trace.ts';

/** Issued tokens, and the rules that revoke them. */
export const tokenRoutes = [
  defineRoute<object, object, { token: string }>()({
    method: 'POST',
    path: '/tokens/introspect',
    summary: 'Introspect any token of this issuer (RFC 7662)',
    scope: 'ambit.token:read',
    body: closed({ token: TOKEN }),
    answers: { 200: { description: 'what is left of it', schema: named('Introspection') } },
    async handle({ body }, { tokens }) {
      return ok({ status: 200, body: await tokens.introspect(body.token) });
    },
  }),
  defineRoute<object, object, { token: string }>()({
    method: 'POST',
    path: '/tokens/explain',
    summary: 'Say why a token, or the token of a `jti`, is or is not active',
    scope: 'ambit.token:read',
    body: closed({ token: TOKEN }),
    answers: { 200: { description: 'the explanation', schema: named('TokenExplanation') } },
    async handle({ body }, { tokens }) {
      return ok({ status: 200, body: toWireTokenExplanation(await tokens.explain(body.token)) });
    },
  }),
  defineRoute<object, object, { token: string }>()({
    method: 'POST',
    path: '/tokens/trace',
    summary: 'Tell the whole tree of exchanges that a token, or the token of a `jti`, is of',
    scope: 'ambit.token:read',
    body: closed({ token: TOKEN }),
    answers: {
      200: {
        description: 'the tree from its root',
        schema: closed({
          jti: { type: 'string', description: 'the token that was named' },
          root: named('TracedToken'),
        }),
      },
    },
    problems: ['token.malformed', 'token.foreign', 'token.not_recorded'],
    async handle({ body }, { traces, issuer }) {
      const jti = decodeJti(body.token, issuer);
      if (!jti.ok) return jti;
      const root = await traces.trace(jti.value);
      if (!root.ok) return root;
      return ok({ status: 200, body: { jti: jti.value, root: toWireTrace(root.value) } });
    },
  }),
  defineRoute<object, PageQuery>()({
    method: 'GET',
    path: '/revocations',
    summary: 'List revocation rules, newest first',
    scope: 'ambit.token:read',
    query: closed(PAGE_QUERY),
    answers: { 200: { description: 'a page of rules', schema: pageOf(named('Revocation')) } },
    async handle({ query: { limit, cursor } }, { revocations }) {
      const place = decodeCursor(cursor, 'revocation');
      if (!place.ok) return place;
      const page = await revocations.list({
        limit: limit + 1,
        ...present({ before: place.value }),
      });
      return ok({ status: 200, body: toPage(page, limit, placeOf, toWireRevocation) });
    },
  }),
  defineRoute<object, object, WireMatch & { reason?: string }>()({
    method: 'POST',
    path: '/revocations',
    summary: 'Revoke tokens by exactly one of the members, at once and everywhere',
    scope: 'ambit.token:revoke',
    body: {
      ...closed({
        'token?': TOKEN,
        'jti?': { type: 'string', pattern: JTI_PATTERN },
        'client?': CLIENT_ID,
        'scope?': SCOPE,
        'key?': KID,
        'catalog_version?': VERSION,
        'issued_before?': TIME,
        'reason?': nonEmpty(200),
      }),
      minProperties: 1,
    },
    event: 'revocation.created',
    answers: { 201: { description: 'the rule', schema: named('Revocation') } },
    problems: [
      'token.malformed',
      'token.foreign',
      'key.not_found',
      'client.not_found',
      'scope.unknown',
      'catalog.not_found',
      'revocation.in_future',
    ],
    async handle({ body: { reason, ...match }, actor }, { revocations, issuer }) {
      const decoded = decodeRevocation(match, issuer);
      if (!decoded.ok) return err(decoded.error);
      const made = await revocations.revoke(decoded.value, reason, actor);
      return made.ok ? ok({ status: 201, body: toWireRevocation(made.value) }) : made;
    },
  }),
];

const placeOf = ({ revision, id }: RevocationPlace): RevocationPlace => ({ revision, id });
