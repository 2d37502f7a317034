import { decodeJwt } from 'jose';
import { examineLog } from './audit-chain.ts';
import type { FakeClock } from './fake-clock.ts';
import { emptyNotes, startLoad } from './fault-load.ts';
import type { Notes } from './fault-load.ts';
import { layOutShop } from './fault-shop.ts';
import type { FaultShop } from './fault-shop.ts';
import type { OAuthAnswer } from './oauth.ts';
import type { TestServer } from './server.ts';
import { until } from './until.ts';

/** What setting the clock of a server came to. */
export interface ClockFigures {
  /** What the clock was set to, in seconds from ours. */
  readonly offsets: readonly number[];
  readonly received: number;
  readonly revoked: number;
  readonly rotations: number;
  /**
   * Tokens whose times are not those of the server when it answered, beyond those that may have been on their way when the
   * clock was set: one for each worker and step.
   */
  readonly insane: readonly string[];
  /** Requests that the log has and a listing by time has not. */
  readonly unlisted: readonly string[];
  /** Algorithms without exactly one active and one next key. */
  readonly keyless: readonly string[];
  readonly wrong: readonly string[];
  readonly unrecorded: readonly string[];
  readonly broken: readonly string[];
}

const LIFETIME_SECONDS = 3600;
const TOKENS_A_STEP = 60;
const WORKERS = 3;
/** How many of the tokens that were revoked last are looked at each time; all of them are at the end. */
const CHECKED_A_STEP = 200;
/** By how much a token may be older than its answer. */
const ON_ITS_WAY_SECONDS = 5;

/**
 * Sets the clock of a server under load to each offset in turn. At each it gets and revokes tokens, rotates the keys, and
 * looks at those that were revoked; `dwellMs` is how long it stays there at least.
 */
export async function drillClock(
  server: TestServer,
  clock: FakeClock,
  { offsets, dwellMs = 0 }: { readonly offsets: readonly number[]; readonly dwellMs?: number },
): Promise<ClockFigures> {
  const shop = await layOutShop(() => server);
  const notes = emptyNotes();
  const insane: string[] = [];
  const keyless = new Set<string>();
  let rotations = 0;
  const load = startLoad(shop, notes, {
    workers: WORKERS,
    onToken: (answer) => {
      if (!isSane(answer)) insane.push(JSON.stringify(decodeJwt(tokenOf(answer))));
    },
  });

  for (const offset of [0, ...offsets]) {
    await clock.set(offset, server);
    const [began, wanted] = [performance.now(), notes.received.size + TOKENS_A_STEP];
    await until(() => notes.received.size >= wanted);
    await until(() => performance.now() - began >= dwellMs, Infinity);
    const { status, body } = await shop.admin('POST /keys/rotate', {});
    if (status === 200) rotations += 1;
    else if (body['code'] !== 'key.not_ready') notes.wrong.push(`rotation: ${status}`);
    for (const alg of await keylessAlgs(shop)) keyless.add(alg);
    await checkRevoked(shop, notes, CHECKED_A_STEP);
  }
  await load.stop();
  await clock.set(0, server);
  await checkRevoked(shop, notes);

  const log = await examineLog(server.home);
  const listed = await server.json<{ items: { request_id: string }[] }>(['audit', 'list']);
  const shown = new Set(listed.items.map(({ request_id: id }) => id));
  return {
    ...{ offsets, received: notes.received.size, revoked: notes.revoked.size, rotations },
    insane: insane.slice(WORKERS * offsets.length),
    ...{ keyless: [...keyless], wrong: notes.wrong, broken: log.broken },
    unlisted: [...log.requests].filter((id) => !shown.has(id)),
    unrecorded: [...notes.received.keys()].filter((jti) => !log.issued.has(jti)),
  };
}

const tokenOf = ({ body }: OAuthAnswer): string => String(body['access_token']);

/** Whether a token says that it was issued when the server answered, and lives as long as it should. */
function isSane(answer: OAuthAnswer): boolean {
  const { iat = 0, exp = 0 } = decodeJwt(tokenOf(answer));
  const answered = Date.parse(answer.headers.get('date') ?? '') / 1000;
  return exp - iat === LIFETIME_SECONDS && Math.abs(iat - answered) <= ON_ITS_WAY_SECONDS;
}

/** Algorithms that have not exactly one active and one next key. */
async function keylessAlgs({ admin }: FaultShop): Promise<string[]> {
  const { items } = (await admin('GET /keys')).body as { items: { alg: string; state: string }[] };
  return [...Map.groupBy(items, ({ alg }) => alg)]
    .filter(([, keys]) =>
      ['active', 'next'].some((state) => keys.filter((key) => key.state === state).length !== 1),
    )
    .map(([alg]) => alg);
}

/** Introspects what was revoked, or the last `most` of it. */
async function checkRevoked(
  shop: FaultShop,
  { revoked, wrong }: Notes,
  most = Infinity,
): Promise<void> {
  for (const [jti, token] of [...revoked].slice(-most)) {
    const { status, body } = await shop.introspect(token, 'secret');
    if (status !== 200 || body['active'] !== false) wrong.push(`${status}: ${jti} was revoked`);
  }
}
