import { describe, expect, test } from '@jest/globals';
import type { SeenRequest } from '../../sdk/test/stub-issuer.ts';
import { answerFaults, requestFaults } from './contract.ts';
import { WORLD } from './world.ts';

/** Bodies to ask those routes with whose answers depend on them. */
const BODIES: Readonly<Record<string, unknown>> = {
  'PUT /clients/deploy-bot/roles/editor': { until: '2026-11-22T20:00:00Z' },
  'POST /clients': { client_id: 'ci-bot', auth: 'private_key_jwt', jwks: { keys: [] } },
  'PATCH /clients/deploy-bot': { scope_policy: 'partial' },
  'POST /clients/deploy-bot/secrets': { label: 'new' },
  'POST /tokens/introspect': { token: 'aaa.bbb.ccc' },
  'POST /tokens/trace': { token: '019b-a' },
  'POST /revocations': { client: 'deploy-bot', reason: 'stolen' },
  'POST /catalog/plan': { version: 1 },
  'POST /audit/verifications': { checkpoints: ['a.b.c'] },
  'POST /audit/erasures': { address: '192.0.2.7' },
};

describe('the world of the transcripts answers as the admin API declares', () => {
  for (const [name, answer] of Object.entries(WORLD.routes)) {
    test(name, () => {
      const [method = '', path = ''] = name.split(' ');
      const request: SeenRequest = { method, path, body: BODIES[name], token: '' };
      if (request.body !== undefined) expect(requestFaults(request)).toEqual([]);
      const { status = 200, body } = typeof answer === 'function' ? answer(request) : answer;
      expect(answerFaults(method, path, status, body)).toEqual([]);
    });
  }
});
