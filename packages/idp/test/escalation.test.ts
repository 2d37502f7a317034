import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CLIENTS } from './escalation/clients.ts';
import { EDITOR_BY_CATALOGS } from './escalation/editor-by-catalogs.ts';
import { EDITOR_BY_ROLES } from './escalation/editor-by-roles.ts';
import { EDITOR_PAST_THE_COMMAND_LINE } from './escalation/editor-past-the-command-line.ts';
import { RESPONDER } from './escalation/responder.ts';
import { serveAdminApi } from './support/admin-api.ts';
import type { ServedApi } from './support/admin-api.ts';
import { createHouse } from './support/house.ts';
import type { House } from './support/house.ts';

const ESCALATIONS = [
  ...EDITOR_BY_ROLES,
  ...EDITOR_BY_CATALOGS,
  ...EDITOR_PAST_THE_COMMAND_LINE,
  ...RESPONDER,
  ...CLIENTS,
];

let house: House;
let api: ServedApi;

beforeEach(async () => {
  house = await createHouse();
  api = await serveAdminApi(house);
});
afterEach(async () => {
  await api.close();
  await house.close();
  expect(api.violations).toEqual([]);
});

test('the table holds at least twenty ways, each only once', () => {
  const ways = ESCALATIONS.map(({ by, way }) => `${by} ${way}`);
  expect(new Set(ways).size).toBe(ways.length);
  expect(ways.length).toBeGreaterThanOrEqual(20);
});

describe.each([...new Set(ESCALATIONS.map(({ by }) => by))])(
  'nobody lifts themselves: %s',
  (by) => {
    const rows = ESCALATIONS.filter((row) => row.by === by);

    test.each(rows.map((row) => [row.way, row] as const))('%s', async (_way, row) => {
      await row.setup?.(house);
      const before = await house.state();
      const { status, body } = await row.attempt(api, house);
      expect({ status, code: body['code'] }).toEqual({ status: row.status, code: row.code });
      expect(await house.state()).toEqual(before);
      const [record] = await house.newestAudit();
      if (status === 403) {
        expect(record).toMatchObject({ decision: 'refused', reason: row.code });
      } else {
        expect(record?.decision).toBe('granted'); // of the setup
      }
    });
  },
);
