import { describe, expect, test } from '@jest/globals';
import { compileCatalog, EMPTY_DOCUMENT } from '@ambit/scope-catalog';

describe('compileCatalog', () => {
  test('the empty document holds what is built in', () => {
    const compiled = compileCatalog(EMPTY_DOCUMENT, { issuer: 'https://id.example' });
    expect(compiled.ok && [...compiled.value.roles.keys()]).toEqual([
      'ambit-admin',
      'ambit-auditor',
      'ambit-editor',
      'ambit-metrics',
      'ambit-responder',
      'ambit-viewer',
    ]);
    expect(compiled.ok && [...compiled.value.resourceServersByAudience.keys()]).toEqual([
      'https://id.example/admin',
    ]);
    expect(compiled.ok && compiled.value.roles.get('ambit-admin')?.scopes.size).toBe(13);
  });
});
