import { err, ok, present } from '@ambit/scope-catalog';
import type { CatalogSource, CatalogTarget } from '../../catalog/catalog-target.ts';
import type { PublishPins } from '../../catalog/catalog-service.ts';
import { PINS, SOURCE, VERSION, VERSION_IN_PATH } from '../inputs.ts';
import { closed, INTEGER, listOf, named, nonEmpty, text } from '../json-schema.ts';
import { decodeCursor, PAGE_QUERY, pageOf, toPage } from '../pagination.ts';
import type { PageQuery } from '../pagination.ts';
import { defineRoute } from '../route.ts';
import { toWireChange, toWirePlan, toWireVersion } from '../wire/catalog.ts';

/** A catalog of 10,000 scopes takes up to 2 MiB. */
const CATALOG_LIMIT = 5 * 1024 * 1024;
const COMMENT_MAX_LENGTH = 500;

const ACTIVE_OR_NUMBER = { type: 'string', pattern: '^(?:active|0|[1-9][0-9]{0,8})$' } as const;

/** Catalog versions: history, plan, publish, roll back. */
export const catalogRoutes = [
  defineRoute<object, PageQuery>()({
    method: 'GET',
    path: '/catalog/versions',
    summary: 'List catalog versions, newest first',
    scope: 'ambit.catalog:read',
    query: closed(PAGE_QUERY),
    answers: {
      200: { description: 'a page of versions', schema: pageOf(named('CatalogVersion')) },
    },
    async handle({ query: { limit, cursor } }, { catalog }) {
      const before = decodeCursor(cursor, 'number');
      if (!before.ok) return before;
      const active = await catalog.activeVersion();
      const page = await catalog.list({
        limit: limit + 1,
        ...present({ before: before.value }),
      });
      const toWire = (version: (typeof page.items)[number]) => toWireVersion(version, active);
      return ok({ status: 200, body: toPage(page, limit, ({ version }) => version, toWire) });
    },
  }),
  defineRoute<{ version: string }>()({
    method: 'GET',
    path: '/catalog/versions/{version}',
    summary: 'See one version and its document, or the `active` one',
    scope: 'ambit.catalog:read',
    params: closed({ version: ACTIVE_OR_NUMBER }),
    etag: true,
    answers: { 200: { description: 'the version', schema: named('CatalogVersionWithDocument') } },
    problems: ['catalog.not_found'],
    async handle({ params }, { catalog }) {
      const active = await catalog.activeVersion();
      const number = params.version === 'active' ? active : Number(params.version);
      const version = await catalog.find(number);
      return version === undefined
        ? err({ code: 'catalog.not_found', version: number })
        : ok({
            status: 200,
            body: { ...toWireVersion(version, active), document: version.document },
          });
    },
  }),
  defineRoute<{ from: string; to: string }>()({
    method: 'GET',
    path: '/catalog/versions/{from}/diff/{to}',
    summary: 'Say in what two versions differ',
    scope: 'ambit.catalog:read',
    params: closed({ from: VERSION_IN_PATH, to: VERSION_IN_PATH }),
    answers: {
      200: {
        description: 'the differences',
        schema: closed({ from: INTEGER, to: INTEGER, changes: listOf(named('Change')) }),
      },
    },
    problems: ['catalog.not_found', 'catalog.invalid'],
    async handle({ params }, { catalog }) {
      const [from, to] = [Number(params.from), Number(params.to)];
      const changes = await catalog.diff(from, to);
      return changes.ok
        ? ok({ status: 200, body: { from, to, changes: changes.value.map(toWireChange) } })
        : changes;
    },
  }),
  defineRoute<object, object, CatalogSource>()({
    method: 'POST',
    path: '/catalog/lint',
    summary: 'Check a catalog as this server would at publish',
    scope: 'ambit.catalog:read',
    body: closed(SOURCE),
    bodyLimit: CATALOG_LIMIT,
    answers: {
      200: {
        description: 'all there is to say about it',
        schema: closed({ findings: listOf(named('Finding')) }),
      },
    },
    async handle({ body }, { catalog }) {
      return ok({ status: 200, body: { findings: catalog.lint(body) } });
    },
  }),
  defineRoute<object, object, CatalogTarget>()({
    method: 'POST',
    path: '/catalog/plan',
    summary: 'Say who would gain and lose what by a catalog, or by an older version',
    scope: 'ambit.catalog:read',
    body: { oneOf: [closed(SOURCE), closed({ version: VERSION })] },
    bodyLimit: CATALOG_LIMIT,
    answers: { 200: { description: 'the plan', schema: named('Plan') } },
    problems: ['catalog.not_found', 'catalog.invalid'],
    async handle({ body, actor }, { catalog }) {
      const plan = await catalog.plan(body, actor);
      return plan.ok ? ok({ status: 200, body: toWirePlan(plan.value) }) : plan;
    },
  }),
  defineRoute<object, object, CatalogSource & PublishPins & { comment: string }>()({
    method: 'POST',
    path: '/catalog/versions',
    summary: 'Publish a catalog as a new version and make it the active one',
    scope: 'ambit.catalog:publish',
    body: closed({ ...SOURCE, ...PINS, comment: nonEmpty(COMMENT_MAX_LENGTH) }),
    bodyLimit: CATALOG_LIMIT,
    event: 'catalog.published',
    answers: {
      201: { description: 'a new version is active', schema: named('Publication') },
      200: { description: 'it was the active one already', schema: named('Publication') },
    },
    problems: [
      'catalog.invalid',
      'catalog.changed',
      'catalog.exists',
      'catalog.publisher_gains',
      'governance.acts_for_others',
    ],
    async handle({ body, actor }, { catalog }) {
      const published = await catalog.publish(body, actor);
      return published.ok
        ? ok({ status: published.value.changed ? 201 : 200, body: published.value })
        : published;
    },
  }),
  defineRoute<{ version: string }, object, PublishPins & { comment?: string }>()({
    method: 'POST',
    path: '/catalog/versions/{version}/activate',
    summary: 'Make an older version the active one again',
    scope: 'ambit.catalog:publish',
    params: closed({ version: VERSION_IN_PATH }),
    body: closed({ ...PINS, 'comment?': text(COMMENT_MAX_LENGTH) }),
    bodyOptional: true,
    event: 'catalog.activated',
    answers: { 200: { description: 'the version is active', schema: named('Publication') } },
    problems: [
      'catalog.invalid',
      'catalog.not_found',
      'catalog.changed',
      'catalog.publisher_gains',
      'governance.acts_for_others',
    ],
    async handle({ params, body, actor }, { catalog }) {
      const activated = await catalog.activate({ ...body, version: Number(params.version) }, actor);
      return activated.ok ? ok({ status: 200, body: activated.value }) : activated;
    },
  }),
];
