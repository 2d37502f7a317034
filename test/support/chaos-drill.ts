import { createVerifyLog } from '../../packages/idp/src/audit/verification/verify-log.ts';
import { openStorage } from '../../packages/idp/src/store/open-storage.ts';
import { unlockVault } from '../../packages/idp/src/vault/unlock-vault.ts';
import { introspect } from './oauth.ts';
import { answered, emptyNotes, startLoad } from './fault-load.ts';
import type { Notes } from './fault-load.ts';
import { layOutShop } from './fault-shop.ts';
import { health } from './health.ts';
import type { OwnPostgres } from './postgres/own-postgres.ts';
import { createDatabaseOn } from './postgres/test-database.ts';
import type { TestDatabase } from './postgres/test-database.ts';
import { SHARED_ISSUER, startReplicas } from './replicas.ts';
import type { Replicas } from './replicas.ts';
import { stateAge } from './state-age.ts';
import { until } from './until.ts';

/** What taking away servers, connections and the database under load came to. */
export interface ChaosFigures {
  readonly cycles: number;
  readonly seconds: number;
  /** Tokens that clients received, and revocations that were acknowledged. */
  readonly received: number;
  readonly revoked: number;
  readonly records: number;
  /** Whether the log verifies, all chains of it. */
  readonly whole: boolean;
  /** How many servers were writers of it. */
  readonly writers: number;
  /** How often something was answered so. */
  readonly answers: ReadonlyMap<string, number>;
  /** What was said of health while the database was gone, each once. */
  readonly health: readonly string[];
  /** How old each server's state became in that time, in seconds, by its metrics. */
  readonly stateAges: readonly number[];
  /** Answers that were errors while nothing was at fault. */
  readonly errorsAtPeace: number;
  /** Tokens that were received and are not in the log. */
  readonly unrecorded: readonly string[];
  /** Tokens that are active though they were revoked, and the like. */
  readonly wrong: readonly string[];
}

const WORKERS = 6;
/** Tokens between two faults. */
const STRETCH = 40;
/** How old the state at hand is at the most while the database answers. */
const STATE_MAY_BE_SECONDS = 2;

/** Cuts connections, takes the database away and kills servers in turn, under load at two servers. */
export async function drillChaos(
  postgres: OwnPostgres,
  { cycles }: { readonly cycles: number },
): Promise<ChaosFigures> {
  const database = await createDatabaseOn(postgres.url);
  const replicas = await startReplicas(database.url, 2, {
    AMBIT_CLIENT_REQUESTS_PER_MINUTE: '0',
    AMBIT_MANAGEMENT_LISTEN: '127.0.0.1:0',
  });
  const began = performance.now();
  try {
    const shop = await layOutShop(() => replicas.next(), SHARED_ISSUER);
    const notes = emptyNotes();
    const load = startLoad(shop, notes, { workers: WORKERS });
    const said = new Set<string>();
    const stateAges: number[] = [];
    let errorsAtPeace = 0;
    /** Lets so many tokens be issued, and counts what is answered otherwise. */
    const peace = async (): Promise<void> => {
      await until(async () => (await readiness(replicas)).every(({ status }) => status === 200));
      await load.pause(); // so that no answer of the fault is counted
      const [wanted, errors] = [notes.received.size + STRETCH, errorsOf(notes)];
      load.resume();
      await until(() => notes.received.size >= wanted);
      errorsAtPeace += errorsOf(notes) - errors;
    };
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      await peace();
      await cutConnections(database, notes);
      await peace();
      stateAges.push(...(await loseDatabase(postgres, replicas, notes, said)));
      await peace();
      await killOne(replicas, notes);
    }
    await peace();
    await load.stop();
    await checkRevoked(replicas, shop.resourceServer, notes);
    return {
      ...{ cycles, seconds: (performance.now() - began) / 1000, errorsAtPeace },
      ...{ received: notes.received.size, revoked: notes.revoked.size, answers: notes.answers },
      ...{ health: [...said], stateAges, wrong: notes.wrong },
      ...(await verify(database.url, replicas.masterKey)),
      unrecorded: await unrecorded(database, notes),
    };
  } finally {
    await replicas.remove();
    await database.drop();
  }
}

const readiness = (replicas: Replicas) =>
  Promise.all(replicas.all.map((replica) => health(replica, 'ready')));

/** Whatever is neither what was asked for nor told on purpose. */
const errorsOf = ({ answers }: Notes): number =>
  [...answers].reduce((sum, [kind, count]) => sum + (/ 20\d$/.test(kind) ? 0 : count), 0);

/** Ends every connection of the servers, some of them in the middle of a transaction, a few times in a row. */
async function cutConnections(database: TestDatabase, notes: Notes): Promise<void> {
  for (let round = 0; round < 5; round += 1) {
    const wanted = notes.received.size + 5;
    await database.run(`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'ambit' and datname = current_database()`);
    await until(() => notes.received.size >= wanted);
  }
}

/** Ends the database until clients have noticed, and health and metrics say so, then starts it again. */
async function loseDatabase(
  postgres: OwnPostgres,
  replicas: Replicas,
  notes: Notes,
  said: Set<string>,
): Promise<readonly number[]> {
  const refused = () => answered(notes, 'token 503', 'introspection 503');
  const wanted = refused() + 20;
  await postgres.stop();
  await until(() => refused() >= wanted);
  for (const { status, body } of await readiness(replicas)) {
    said.add(`${String(status)} ${String(body['reason'])}`);
  }
  for (const replica of replicas.all) {
    const { status } = await health(replica, 'live');
    if (status !== 200) notes.wrong.push(`a server says it is dead: ${String(status)}`);
  }
  const ages: number[] = [];
  for (const { server } of replicas.all) {
    let age = 0;
    await until(async () => (age = (await stateAge(server)) ?? 0) > STATE_MAY_BE_SECONDS);
    ages.push(age);
  }
  await postgres.start();
  return ages;
}

/** Kills a server, lets clients notice before others stand in for it, and starts another. */
async function killOne(replicas: Replicas, notes: Notes): Promise<void> {
  const lost = () => answered(notes, 'token lost', 'introspection lost', 'revocation lost');
  const before = lost();
  await replicas.all[0]?.server.stop('SIGKILL');
  await until(() => lost() > before);
  replicas.all.splice(0, 1);
  await replicas.add();
}

async function checkRevoked(
  replicas: Replicas,
  resourceServer: Parameters<typeof introspect>[1],
  notes: Notes,
): Promise<void> {
  for (const [jti, token] of notes.revoked) {
    for (const replica of replicas.all) {
      const { status, body } = await introspect(replica, resourceServer, token);
      if (status !== 200 || body['active'] !== false) {
        notes.wrong.push(`${String(status)}: ${jti} was revoked, and is not`);
      }
    }
  }
}

async function unrecorded(database: TestDatabase, notes: Notes): Promise<readonly string[]> {
  const rows = await database.run(
    `select substr(term, 10) as jti from audit_terms where term like 'issuance=%'`,
  );
  const recorded = new Set(rows.map(({ jti }) => String(jti)));
  return [...notes.received.keys()].filter((jti) => !recorded.has(jti));
}

/** Verifies the log as the server itself does. */
async function verify(url: string, masterKey: Uint8Array) {
  const opened = await openStorage({ url });
  if (!opened.ok) throw new Error(opened.error.code);
  const { storage, examiner, close } = opened.value;
  try {
    const vault = await unlockVault({ storage, clock: Date.now, masterKey });
    if (!vault.ok) throw new Error(vault.error.code);
    const verifyLog = createVerifyLog({
      examiner,
      keys: storage.read.auditKeys,
      vault: vault.value,
    });
    const steps = await verifyLog([]);
    if (!steps.ok) throw new Error(steps.error.code);
    for await (const step of steps.value) {
      if (step.kind !== 'done') continue;
      return { whole: step.whole, records: step.records, writers: step.chains.length };
    }
    throw new Error('the verification ended early');
  } finally {
    await close();
  }
}
