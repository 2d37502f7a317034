import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { layOut } from './secrets/cast.ts';
import { FLOWS } from './secrets/flows.ts';
import { formsOf } from './secrets/forms.ts';
import { LASTING_PLACES, LIVE_PLACES } from './secrets/places.ts';
import { createStage } from './secrets/stage.ts';
import type { Stage } from './secrets/stage.ts';
import { tokenOf } from './support/oauth.ts';
import { startOtlpReceiver } from './support/otlp-receiver.ts';
import type { OtlpReceiver } from './support/otlp-receiver.ts';
import { adminCredentials, startServer } from './support/server.ts';

const ADMIN_SCOPES =
  'ambit.client:read ambit.client:write ambit.client:disable ambit.catalog:read ambit.catalog:publish ambit.role:read ambit.role:assign ambit.key:read ambit.key:rotate ambit.token:read ambit.token:revoke ambit.audit:read';

let receiver: OtlpReceiver;
let stage: Stage;
/** What there is to read in each place, once every flow has been driven. */
const told = new Map<string, string>();

beforeAll(async () => {
  receiver = await startOtlpReceiver();
  const server = await startServer({
    env: { AMBIT_LOG_LEVEL: 'debug', OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url },
  });
  let adminToken = '';
  stage = createStage(server, () => adminToken, receiver.raw);
  stage.begin('the stage');
  const root = adminCredentials(server.home);
  stage.keep('the secret of the administrator', root.client_secret);
  adminToken = stage.keepToken('its token', await tokenOf(server, root, ADMIN_SCOPES));
  const cast = await layOut(stage);
  for (const [name, drive] of Object.entries(FLOWS)) {
    stage.begin(name);
    await drive(stage, cast);
  }
  for (const [name, read] of Object.entries(LIVE_PLACES)) told.set(name, await read(stage));
  await Promise.all(stage.servers.map((each) => each.stop()));
  for (const [name, read] of Object.entries(LASTING_PLACES)) told.set(name, await read(stage));
}, 240_000);
afterAll(async () => {
  await receiver.close();
  await Promise.all(stage.servers.map((server) => server.remove()));
});

/** The secrets of a flow that a text holds, by what they are. */
const found = (flow: string, text: string): string[] =>
  stage.secrets
    .filter((secret) => secret.flow === flow && secret.forms.some((form) => text.includes(form)))
    .map(({ what }) => what);

const flows = ['the stage', ...Object.keys(FLOWS)];
const places = Object.keys({ ...LIVE_PLACES, ...LASTING_PLACES });

describe.each(flows)('of %s', (flow) => {
  test.each(places)('nothing is in %s', (place) => {
    expect(found(flow, told.get(place) ?? '')).toEqual([]);
  });
});

describe('the search is in earnest:', () => {
  test('each flow has secrets, which are found where they are', () => {
    for (const flow of flows) {
      const ofFlow = stage.secrets.filter((secret) => secret.flow === flow);
      expect([flow, ofFlow.length > 0]).toEqual([flow, true]);
      for (const { what, forms } of ofFlow) {
        for (const form of forms) expect(found(flow, `a ${form} b`)).toContain(what);
      }
    }
    expect(stage.secrets.length).toBeGreaterThan(100);
  });

  test.each(['abc', 'xabc', 'xxabc'])('in base64 a secret is found after `%s`', (before) => {
    const secret = 'ambit_0123456789-abcdefghij';
    const text = Buffer.from(`${before}${secret} and more`).toString('base64');
    expect(formsOf(secret).some((form) => text.includes(form))).toBe(true);
  });

  test('there is something to read in each place', () => {
    for (const place of places) {
      const least = place === 'the other files of the home folder' ? 0 : 100;
      expect([place, (told.get(place) ?? '').length >= least]).toEqual([place, true]);
    }
    expect(told.get('the log, at debug level')?.match(/"msg":"request"/g)?.length).toBeGreaterThan(
      500,
    );
    expect(told.get('the metrics')).toContain('ambit_tokens_refused_total');
    for (const event of ['token.issued', 'token.exchanged', 'token.refused', 'token.revoked']) {
      expect(told.get('the audit log')).toContain(event);
    }
  });
});
