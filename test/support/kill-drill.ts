import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { examineLog } from './audit-chain.ts';
import { emptyNotes, startLoad } from './fault-load.ts';
import type { Notes } from './fault-load.ts';
import { layOutShop } from './fault-shop.ts';
import type { FaultShop } from './fault-shop.ts';
import { AMBIT_IDP, bareEnv, ROOT } from './processes.ts';
import { startServer, temporaryFolder } from './server.ts';
import type { TestServer } from './server.ts';
import { until } from './until.ts';

/** What killing a server again and again came to. */
export interface KillFigures {
  readonly seed: number;
  readonly kills: number;
  /** Of them, those while the server was starting. */
  readonly whileStarting: number;
  readonly seconds: number;
  /** Tokens that clients received, and revocations and changes that were acknowledged. */
  readonly received: number;
  readonly revoked: number;
  readonly changes: number;
  readonly records: number;
  /** Requests whose answer was lost with the server. */
  readonly lost: number;
  /** Tokens that were received and are not in the log. */
  readonly unrecorded: readonly string[];
  /** Changes that were acknowledged and are not in the log. */
  readonly forgotten: readonly string[];
  /** Where the chain of the log does not hold. */
  readonly broken: readonly string[];
  /** Tokens that are active though their revocation was acknowledged, and the like. */
  readonly wrong: readonly string[];
}

/** Tokens stay good though the port changes with every start. */
const ISSUER = 'http://localhost:3999';
const WORKERS = 6;

/** When a server is killed: after so many tokens under load, or so many milliseconds after its start has begun. */
const MOMENT = fc.oneof(
  { arbitrary: fc.record({ tokens: fc.integer({ min: 1, max: 120 }) }), weight: 4 },
  { arbitrary: fc.record({ startingMs: fc.integer({ min: 0, max: 1_500 }) }), weight: 1 },
);

/** Kills a server (`kill -9`) at seeded moments under full load, and looks after each start at what is left. */
export async function drillKill(options: {
  readonly kills: number;
  readonly seed: number;
}): Promise<KillFigures> {
  const { kills, seed } = options;
  const moments = fc.sample(MOMENT, { seed, numRuns: kills });
  const home = temporaryFolder();
  const start = (): Promise<TestServer> => startServer({ home, env: { AMBIT_ISSUER: ISSUER } });
  const began = performance.now();
  let server = await start();
  try {
    const shop = await layOutShop(() => ({ home, url: addressOf(server) }), ISSUER);
    const notes = emptyNotes();
    const found = { unrecorded: new Set<string>(), forgotten: new Set<string>(), records: 0 };
    const broken: string[] = [];
    const examine = async (from: number): Promise<void> => {
      const log = await examineLog(home);
      for (const jti of notes.received.keys()) if (!log.issued.has(jti)) found.unrecorded.add(jti);
      for (const id of notes.changes) if (!log.requests.has(id)) found.forgotten.add(id);
      found.records = log.records;
      broken.push(...log.broken);
      await checkRevoked(shop, notes, from);
    };

    const load = startLoad(shop, notes, { workers: WORKERS });
    let whileStarting = 0;
    for (const moment of moments) {
      const revoked = notes.revoked.size;
      if ('tokens' in moment) {
        const wanted = notes.received.size + moment.tokens;
        load.resume();
        await until(() => notes.received.size >= wanted);
        await server.stop('SIGKILL');
        await load.pause();
      } else {
        whileStarting += 1;
        await load.pause();
        await server.stop('SIGKILL');
        await killWhileStarting(home, moment.startingMs);
      }
      server = await start();
      await examine(revoked);
    }
    load.resume();
    await load.stop();
    await examine(0);
    return {
      ...{ seed, kills, whileStarting, seconds: (performance.now() - began) / 1000 },
      ...{ received: notes.received.size, revoked: notes.revoked.size },
      ...{ changes: notes.changes.size, records: found.records, lost: lostOf(notes) },
      unrecorded: [...found.unrecorded],
      forgotten: [...found.forgotten],
      broken,
      wrong: notes.wrong,
    };
  } finally {
    await server.remove();
  }
}

/** Where a server listens, whatever its issuer is. */
const addressOf = ({ port }: TestServer): string => `http://127.0.0.1:${String(port)}`;

async function killWhileStarting(home: string, afterMs: number): Promise<void> {
  const child = spawn(AMBIT_IDP, ['serve'], {
    cwd: ROOT,
    env: {
      ...bareEnv(),
      ...{ AMBIT_HOME: home, AMBIT_LISTEN: '127.0.0.1:0', AMBIT_ISSUER: ISSUER },
    },
    stdio: 'ignore',
  });
  const ended = once(child, 'close');
  await setTimeout(afterMs); // the moment itself, which nothing tells
  child.kill('SIGKILL');
  await ended;
}

/** Introspects what was revoked, but for the first `from`, which were looked at before. */
async function checkRevoked(shop: FaultShop, notes: Notes, from: number): Promise<void> {
  for (const [jti, token] of [...notes.revoked].slice(from)) {
    const { status, body } = await shop.introspect(token, 'secret');
    if (status !== 200 || body['active'] !== false) {
      notes.wrong.push(`${status}: ${jti} was revoked, and is not`);
    }
  }
}

const lostOf = ({ answers }: Notes): number =>
  [...answers].reduce((sum, [kind, count]) => sum + (kind.endsWith(' lost') ? count : 0), 0);
