import type { Finding } from '../finding.ts';
import { DEFAULT_LIFETIME_SECONDS } from '../schema.ts';
import type { DocumentIndex } from './document-index.ts';
import { advice } from './lint-rules.ts';

/** How many actions may share a description before it says nothing about any. */
const SHARED_DESCRIPTIONS = 3;

/** The longest lifetime of a high-risk token that is not bound to its sender. */
const HIGH_RISK_LIFETIME_SECONDS = 300;

/** What there is to say about resource servers, resources and actions, deprecation apart. */
export function* lintResourceServers(index: DocumentIndex): Iterable<Finding> {
  const audiences = new Map<string, string>();
  const resourceKeys = new Map<string, string>();
  for (const [key, server] of Object.entries(index.document.resourceServers)) {
    const path = ['resourceServers', key];
    if (server.description === undefined) yield undescribed(path, 'resource server', key);
    if (server.owner === undefined) {
      yield advice(
        'owner-missing',
        path,
        `resource server \`${key}\` has no owner`,
        'name the team to ask',
      );
    }
    if (Object.keys(server.resources).length === 0) {
      yield advice('resource-empty', path, `resource server \`${key}\` has no resources`);
    }
    if (server.audience.includes('?')) {
      const message = `audience \`${server.audience}\` has a query component`;
      yield advice(
        'audience-query',
        [...path, 'audience'],
        message,
        'tell servers apart by host or path',
      );
    }
    const plain = server.audience.toLowerCase().replace(/\/+$/u, '');
    const near = audiences.get(plain);
    if (near !== undefined && near !== server.audience) {
      const message = `audience \`${server.audience}\` is easily mistaken for \`${near}\``;
      yield advice(
        'audience-near-duplicate',
        [...path, 'audience'],
        message,
        'audiences are compared letter by letter',
      );
    }
    audiences.set(plain, server.audience);

    for (const [resource, { description, actions }] of Object.entries(server.resources)) {
      const at = [...path, 'resources', resource];
      if (description === undefined) yield undescribed(at, 'resource', resource);
      if (Object.keys(actions).length === 0) {
        yield advice('resource-empty', at, `resource \`${resource}\` has no actions`);
      }
      const bare = resource.replace(/[._-]/gu, '').replace(/(?:es|s)$/u, '');
      const twin = resourceKeys.get(bare);
      if (twin !== undefined && twin !== resource) {
        const message = `resource \`${resource}\` is easily mistaken for \`${twin}\``;
        yield advice(
          'resource-near-duplicate',
          at,
          message,
          'join them, or name them further apart',
        );
      }
      resourceKeys.set(bare, resource);
      if (isUntidy(resource)) yield untidy(at, resource);
    }
  }
  yield* lintActions(index);
}

function* lintActions(index: DocumentIndex): Iterable<Finding> {
  const described = new Map<string, string[]>();
  for (const { name, action, server, path } of index.scopes.values()) {
    if (isUntidy(name.slice(name.lastIndexOf(':') + 1))) yield untidy(path, name);
    if (action.description === undefined) {
      yield undescribed(path, 'action', name);
    } else {
      const sharing = described.get(action.description);
      if (sharing) sharing.push(name);
      else described.set(action.description, [name]);
    }
    const most = server.accessToken?.lifetimeSeconds ?? DEFAULT_LIFETIME_SECONDS;
    const lifetime = action.lifetimeSeconds ?? most;
    if (lifetime > most) {
      const message = `\`${name}\` asks for ${lifetime} s where its resource server gives ${most} s`;
      yield advice(
        'lifetime-without-effect',
        [...path, 'lifetimeSeconds'],
        message,
        'the shorter one holds',
      );
    }
    const bound = (server.accessToken?.senderConstrained ?? 'none') !== 'none';
    const effective = Math.min(lifetime, most);
    if (action.risk === 'high' && !bound && effective > HIGH_RISK_LIFETIME_SECONDS) {
      const message = `high-risk \`${name}\` lives for ${effective} s in tokens that anyone may present`;
      const hint = 'give it `lifetimeSeconds: 300` or less, or constrain the sender';
      yield advice('high-risk-exposed', path, message, hint);
    }
  }
  for (const [description, names] of described) {
    const first = index.scopes.get(names[0] ?? '');
    if (!first || names.length < SHARED_DESCRIPTIONS) continue;
    const shown = description.length > 60 ? `${description.slice(0, 59)}…` : description;
    const message = `\`${shown}\` describes ${names.length} actions, \`${first.name}\` the first`;
    yield advice(
      'description-repeated',
      [...first.path, 'description'],
      message,
      'say what each is for',
    );
  }
}

const isUntidy = (name: string): boolean => /[._-](?:$|:|[._-])/u.test(name);

const untidy = (path: Finding['path'], name: string): Finding =>
  advice('name-untidy', path, `\`${name}\` has a separator that separates nothing`);

/** Says that something has no description. */
export const undescribed = (path: Finding['path'], what: string, name: string): Finding =>
  advice(
    'description-missing',
    path,
    `${what} \`${name}\` has no description`,
    'say what it is for',
  );
