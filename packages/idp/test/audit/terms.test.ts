import { expect, test } from '@jest/globals';
import type { AuditEntry } from '../../src/audit/record.ts';
import { termsOf } from '../../src/audit/terms.ts';

const looked: AuditEntry = {
  time: 1,
  event: 'token.introspected',
  decision: 'granted',
  requestId: 'r',
  actor: 'shop-api',
  client: 'web',
};

test.each<[string, Partial<AuditEntry>, string[]]>([
  ['looked at a live token of somebody else', {}, ['client=web']],
  ['was told nothing about it', { decision: 'refused' }, ['client=web', 'client=shop-api']],
  ['only claimed to be', { decision: 'refused', reason: 'invalid_client' }, ['client=web']],
  ['changed', { event: 'client.disabled' }, ['client=web', 'client=shop-api']],
  ['is the server itself', { event: 'client.disabled', actor: 'system' }, ['client=web']],
  ['did something to itself', { event: 'token.revoked', actor: 'web' }, ['client=web']],
])('the words of a record name the client that %s as they should', (_what, facts, words) => {
  const named = termsOf({ ...looked, ...facts }).filter((term) => term.startsWith('client='));
  expect(named).toEqual(words);
});
