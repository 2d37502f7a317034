import { describe, expect, test } from '@jest/globals';
import { AUDIT_EVENTS } from '../../src/audit/events.ts';
import type { AuditEntry } from '../../src/audit/record.ts';
import { REQUEST_REASONS } from '../../src/metrics/label-values.ts';
import { OAUTH_ERRORS } from '../../src/oidc/oauth-errors.ts';
import { activeVersion, createHarness } from '../support/metrics.ts';
import type { MetricsHarness } from '../support/metrics.ts';
import { shopWith } from '../support/shop-catalog.ts';

const entry = (settings: Partial<AuditEntry>): AuditEntry => ({
  time: Date.parse('2026-06-01'),
  event: 'token.issued',
  decision: 'granted',
  requestId: 'r',
  catalogVersion: 1,
  ...settings,
});

const issued = (scopes: readonly string[], more: Partial<AuditEntry> = {}): AuditEntry =>
  entry({ resourceServer: 'shop-api', grantedScopes: scopes, ...more });

const refused = (settings: Partial<AuditEntry>): AuditEntry =>
  entry({ event: 'token.refused', decision: 'refused', ...settings });

/** The series that have moved, without those of the decisions and their records. */
async function moved(metrics: MetricsHarness): Promise<Record<string, number>> {
  const samples = [...(await metrics.read())].filter(
    ([name, value]) =>
      value !== 0 &&
      /^ambit_(?:tokens?|delegations|workloads|introspections|expired|deprecated|revocations)_/.test(
        name,
      ),
  );
  return Object.fromEntries(samples);
}

async function after(...entries: readonly AuditEntry[]): Promise<Record<string, number>> {
  const metrics = createHarness();
  for (const each of entries) metrics.observeDecision(each);
  return moved(metrics);
}

describe('an issued token counts', () => {
  test('once, and each of its scopes once, by server, grant and version', async () => {
    expect(await after(issued(['orders:read', 'orders:write']), issued(['orders:read']))).toEqual({
      'ambit_tokens_issued_total{resource_server="shop-api",catalog_version="1",grant="client_credentials"}': 2,
      'ambit_token_scopes_granted_total{scope="orders:read",resource_server="shop-api",catalog_version="1"}': 2,
      'ambit_token_scopes_granted_total{scope="orders:write",resource_server="shop-api",catalog_version="1"}': 1,
    });
  });

  test('by how it came about', async () => {
    const counts = await after(
      issued(['orders:read'], { event: 'token.exchanged' }),
      issued(['orders:read'], { federation: { issuer: 'github', rule: 'r' } }),
    );
    expect(counts).toMatchObject({
      'ambit_tokens_issued_total{resource_server="shop-api",catalog_version="1",grant="token_exchange"}': 1,
      'ambit_tokens_issued_total{resource_server="shop-api",catalog_version="1",grant="workload"}': 1,
    });
  });

  test('as one of high risk once, however many such scopes it carries', async () => {
    expect(
      await after(issued(['orders:refund', 'orders:read']), issued(['orders:read'])),
    ).toMatchObject({
      'ambit_tokens_issued_high_risk_total{resource_server="shop-api",catalog_version="1"}': 1,
    });
  });

  test('its deprecated scopes from the day on which they are', async () => {
    const metrics = createHarness();
    metrics.active = activeVersion(
      1,
      shopWith([
        'read: { description: See orders }',
        'read: { description: See orders, deprecated: { since: 2026-06-02, sunset: 2026-07-01 } }',
      ]),
    );
    const series =
      'ambit_deprecated_scopes_granted_total{scope="orders:read",resource_server="shop-api"}';
    expect((await metrics.read()).get(series)).toBe(0);
    metrics.observeDecision(issued(['orders:read'], { time: Date.parse('2026-06-01T23:59:59Z') }));
    expect((await metrics.read()).get(series)).toBe(0);
    metrics.observeDecision(issued(['orders:read'], { time: Date.parse('2026-06-02') }));
    expect((await metrics.read()).get(series)).toBe(1);
  });

  test('what a partial grant left out', async () => {
    const partial = issued(['orders:read'], {
      refusedScopes: [{ scope: 'orders:refund', reason: 'not_entitled' }],
    });
    expect(await after(partial)).toMatchObject({
      'ambit_token_scopes_refused_total{scope="orders:refund",resource_server="shop-api",reason="not_entitled",catalog_version="1"}': 1,
    });
  });
});

describe('a refused request counts', () => {
  test('by its error, and by the server of the first scope that there is', async () => {
    expect(
      await after(
        refused({
          reason: 'invalid_scope',
          requestedScopes: ['nonsense', 'invoices:read'],
          refusedScopes: [
            { scope: 'nonsense', reason: 'unknown' },
            { scope: 'invoices:read', reason: 'not_entitled' },
          ],
        }),
        refused({ reason: 'invalid_client' }),
      ),
    ).toEqual({
      'ambit_tokens_refused_total{resource_server="billing-api",catalog_version="1",reason="invalid_scope"}': 1,
      'ambit_tokens_refused_total{resource_server="unknown",catalog_version="1",reason="invalid_client"}': 1,
      'ambit_token_scopes_refused_total{scope="unknown",resource_server="unknown",reason="unknown",catalog_version="1"}': 1,
      'ambit_token_scopes_refused_total{scope="invoices:read",resource_server="billing-api",reason="not_entitled",catalog_version="1"}': 1,
    });
  });

  test('an exchange by the check that it failed', async () => {
    expect(
      await after(
        refused({
          reason: 'invalid_request',
          detail: 'delegation.not_addressed: the token is for',
        }),
        refused({ reason: 'invalid_request', detail: 'subject token: expired' }),
        refused({ reason: 'invalid_request', detail: 'actor token: revoked' }),
      ),
    ).toMatchObject({
      'ambit_delegations_refused_total{reason="not_addressed"}': 1,
      'ambit_delegations_refused_total{reason="subject_token"}': 1,
      'ambit_delegations_refused_total{reason="actor_token"}': 1,
      'ambit_expired_tokens_presented_total{endpoint="token"}': 1,
    });
  });

  test('a workload by what was wrong with its token', async () => {
    expect(
      await after(
        refused({ reason: 'invalid_grant', detail: 'external.bad_signature' }),
        refused({ reason: 'invalid_grant', detail: 'federation.no_rule: rule 0: ref' }),
      ),
    ).toMatchObject({
      'ambit_workloads_refused_total{reason="external.bad_signature"}': 1,
      'ambit_workloads_refused_total{reason="federation.no_rule"}': 1,
    });
  });

  test('every error that the endpoints answer with, by its name', () => {
    expect(REQUEST_REASONS).toEqual(expect.arrayContaining(Object.keys(OAUTH_ERRORS)));
  });
});

describe('a presented token counts', () => {
  const introspected = (settings: Partial<AuditEntry>) =>
    entry({ event: 'token.introspected', decision: 'refused', ...settings });

  test('by what its introspection came to', async () => {
    expect(
      await after(
        introspected({ decision: 'granted' }),
        introspected({ reason: 'revoked' }),
        introspected({ reason: 'not_the_callers' }),
        introspected({ reason: 'expired' }),
        introspected({ reason: 'invalid_client' }),
        introspected({ reason: 'constructor' }),
      ),
    ).toEqual({
      'ambit_introspections_total{result="active"}': 1,
      'ambit_introspections_total{result="revoked"}': 1,
      'ambit_introspections_total{result="not_the_callers"}': 1,
      'ambit_introspections_total{result="expired"}': 1,
      'ambit_introspections_total{result="invalid_client"}': 1,
      'ambit_introspections_total{result="unknown"}': 1,
      'ambit_expired_tokens_presented_total{endpoint="introspection"}': 1,
    });
  });

  test('as revoked where that took effect, by what was revoked', async () => {
    expect(
      await after(
        entry({ event: 'token.revoked' }),
        entry({ event: 'token.revoked', decision: 'refused', reason: 'expired' }),
        entry({ event: 'revocation.created', after: { kind: 'client', clientId: 'x' } }),
        entry({ event: 'revocation.created', decision: 'refused', reason: 'actor.not_live' }),
      ),
    ).toEqual({
      'ambit_revocations_total{kind="own_token"}': 1,
      'ambit_revocations_total{kind="client"}': 1,
      'ambit_expired_tokens_presented_total{endpoint="revocation"}': 1,
    });
  });
});

describe('every decision', () => {
  test('counts by event, from 0 on', async () => {
    const metrics = createHarness();
    const series = 'ambit_decisions_total{event="client.created",decision="refused"}';
    expect((await metrics.read()).get(series)).toBe(0);
    metrics.observeDecision(entry({ event: 'client.created', decision: 'refused' }));
    const samples = await metrics.read();
    expect(samples.get(series)).toBe(1);
    const events = Object.keys(AUDIT_EVENTS).filter((event) =>
      samples.has(`ambit_decisions_total{event="${event}",decision="granted"}`),
    );
    expect(events).toEqual(Object.keys(AUDIT_EVENTS));
  });

  test('is pending until it is known what became of its record', async () => {
    const metrics = createHarness();
    const outcomes = ['recorded', 'failed', 'sampled_out', 'counted'] as const;
    const completeness = async () => {
      const samples = await metrics.read();
      return ['pending', ...outcomes.map((name) => `${name}_total`)].map((name) =>
        samples.get(`ambit_audit_${name}`),
      );
    };
    for (let i = 0; i < 5; i += 1) metrics.observeDecision(issued(['orders:read']));
    expect(await completeness()).toEqual([5, 0, 0, 0, 0]);
    metrics.observeRecords('recorded', 2);
    metrics.observeRecords('failed');
    metrics.observeRecords('sampled_out');
    metrics.observeRecords('counted');
    expect(await completeness()).toEqual([0, 2, 1, 1, 1]);
  });
});

describe('the number of series is bounded:', () => {
  test('nothing that a caller makes up becomes a label', async () => {
    const metrics = createHarness();
    const before = (await metrics.read()).size;
    const observe = (madeUp: string) => {
      metrics.observeDecision(
        issued([madeUp], { resourceServer: madeUp, actor: madeUp, client: madeUp }),
      );
      metrics.observeDecision(
        refused({
          reason: madeUp,
          detail: `${madeUp}: ${madeUp}`,
          requestedScopes: [madeUp],
          refusedScopes: [{ scope: madeUp, reason: madeUp as never }],
        }),
      );
      metrics.observeDecision(
        entry({ event: 'token.introspected', decision: 'refused', reason: madeUp }),
      );
      metrics.observeQuota({ scope: madeUp, mode: 'enforce', exceeded: true });
    };
    observe('made-up');
    const once = (await metrics.read()).size;
    expect(once).toBeGreaterThan(before);
    for (const madeUp of ['made-up-too', '__proto__', 'constructor', 'a"} 1\nb']) observe(madeUp);
    const samples = await metrics.read();
    expect(samples.size).toBe(once);
    expect([...samples.keys()].filter((name) => /made-up|constructor|proto/.test(name))).toEqual(
      [],
    );
  });

  test('the last three versions that decided are told apart', async () => {
    const metrics = createHarness();
    const versions = async () =>
      new Set(
        [...(await metrics.read()).keys()].flatMap(
          (name) => /catalog_version="(\d+)"/.exec(name)?.[1] ?? [],
        ),
      );
    for (const version of [1, 2, 3, 4]) {
      metrics.active = activeVersion(version);
      metrics.observeDecision(
        issued(['orders:refund'], {
          catalogVersion: version,
          refusedScopes: [{ scope: 'orders:write', reason: 'not_entitled' }],
        }),
      );
      metrics.observeDecision(refused({ catalogVersion: version, reason: 'invalid_request' }));
    }
    expect(await versions()).toEqual(new Set(['2', '3', '4']));
    metrics.observeDecision(issued(['orders:read'], { catalogVersion: 1 }));
    expect(await versions()).toEqual(new Set(['3', '4', '1']));
  });

  test('nothing is counted by version before there is one', async () => {
    const metrics = createHarness();
    metrics.active = undefined;
    metrics.observeDecision(issued(['orders:read']));
    expect(await moved(metrics)).toEqual({});
  });
});
