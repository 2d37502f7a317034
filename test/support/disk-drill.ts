import { randomUUID } from 'node:crypto';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { examineLog } from './audit-chain.ts';
import { answered, emptyNotes, startLoad } from './fault-load.ts';
import type { Load, Notes } from './fault-load.ts';
import { layOutShop } from './fault-shop.ts';
import type { FaultShop } from './fault-shop.ts';
import { health } from './health.ts';
import { requestToken } from './oauth.ts';
import type { Credential } from './oauth.ts';
import { startServer } from './server.ts';
import type { TestServer } from './server.ts';
import type { SmallDisk } from './small-disk.ts';
import { until } from './until.ts';

/** What a full disk did. */
export interface DiskFigures {
  /** What `/health/ready` said of it, and the status of `/health/live` meanwhile. */
  readonly reason: string;
  readonly live: number;
  /** What it said after it had been stopped and started there. */
  readonly reasonAfterStart: string;
  /** Answers while the disk was full, by kind and status. */
  readonly answers: Readonly<Record<string, number>>;
  /** What each command came to on the full disk: its exit code, and what it said where that is not 0. */
  readonly commands: Readonly<Record<string, string>>;
  /** Of ten revocations while something else took whatever space came free: how many were acknowledged. */
  readonly besideAHog: number;
  /** What revocations took of the reserve, where that was measured. */
  readonly used?: { readonly revocations: number; readonly bytes: number };
  /** The records that a stall was over. */
  readonly resumed: readonly unknown[];
  readonly wrong: readonly string[];
  /** Tokens that were received and are not in the log. */
  readonly unrecorded: readonly string[];
  readonly broken: readonly string[];
  readonly received: number;
  readonly revoked: number;
}

/**
 * Fills the disk of a server under load, governs it by the command line while it is full, stops it, kills it and starts it again
 * there, lets something else take what space there is, and frees the disk. With `measured` it then fills it once more, makes
 * that many revocations, and takes the rest of the reserve away.
 */
export async function drillDisk(
  disk: SmallDisk,
  { measured }: { readonly measured: number },
): Promise<DiskFigures> {
  const home = join(disk.path, 'home');
  let server = await startServer({ home });
  const listen = `127.0.0.1:${new URL(server.url).port}`;
  try {
    const shop = await layOutShop(() => server);
    const people = await layOutPeople(shop);
    const notes = emptyNotes();
    const load = startLoad(shop, notes, { workers: 2, watchers: 1 });
    await until(() => notes.received.size > 50 && notes.revoked.size > 1);

    const before = new Map(notes.answers);
    disk.fill();
    const reason = await becomes(server, 503);
    const live = (await health(server, 'live')).status;
    const enough = (kind: string, count: number) =>
      until(() => answered(notes, kind) - (before.get(kind) ?? 0) >= count);
    await enough('token 503', 20);
    await enough('introspection 200', 50);
    await enough('revocation 200', 3);
    const commands = await govern(server, people, newest(notes));

    await load.pause();
    await server.stop();
    server = await startServer({ home }); // on another port, which it cannot write down
    const reasonAfterStart = await becomes(server, 503);
    await server.stop('SIGKILL');
    server = await startServer({ home, env: { AMBIT_LISTEN: listen } });
    load.resume();
    const introspected = answered(notes, 'introspection 200');
    await until(() => answered(notes, 'introspection 200') > introspected + 50);
    await load.pause();

    disk.keepFull();
    const besideAHog = await revokeBesideAHog(shop, notes);
    const answers = Object.fromEntries(
      [...notes.answers].map(([kind, count]) => [kind, count - (before.get(kind) ?? 0)]),
    );
    await recover(server, disk, load, notes);
    const used =
      measured > 0 ? await useReserve(server, disk, shop, load, notes, measured) : undefined;
    await load.stop();
    await checkRevoked(shop, notes);

    const log = await examineLog(home);
    return {
      ...{ reason, reasonAfterStart, live, answers, commands, besideAHog },
      ...(used === undefined ? {} : { used }),
      resumed: log.resumed.map(({ after }) => after),
      wrong: [...notes.wrong, ...(await stillEnabled(server, people))],
      unrecorded: [...notes.received.keys()].filter((jti) => !log.issued.has(jti)),
      broken: log.broken,
      received: notes.received.size,
      revoked: notes.revoked.size,
    };
  } finally {
    await server.stop();
  }
}

interface People {
  /** Somebody with the narrow role for incidents, who has no default scopes. */
  readonly responder: Credential;
  readonly victims: readonly Credential[];
}

const VICTIMS = ['victim-of-admin', 'victim-of-responder'];

async function layOutPeople({ admin }: FaultShop): Promise<People> {
  const register = async (client_id: string, role: string): Promise<Credential> =>
    (await admin('POST /clients', { client_id, roles: [role] })).body as object as Credential;
  return {
    responder: await register('responder', 'ambit-responder'),
    victims: await Promise.all(VICTIMS.map((name) => register(name, 'reader'))),
  };
}

/** Waits until a server says of itself with a status how ready it is; gives the reason. */
async function becomes(server: TestServer, status: number): Promise<string> {
  let said = await health(server, 'ready');
  await until(async () => (said = await health(server, 'ready')).status === status);
  return String(said.body['reason']);
}

const newest = ({ received }: Notes): string => [...received.keys()].at(-1) ?? '';

/** What administrators do in an incident, by the command line. */
async function govern(
  server: TestServer,
  { responder }: People,
  jti: string,
): Promise<Record<string, string>> {
  const asResponder = {
    AMBIT_URL: server.url,
    AMBIT_CLIENT_ID: responder.client_id,
    AMBIT_CLIENT_SECRET: responder.client_secret,
  };
  const said: Record<string, string> = {};
  for (const [words, env] of [
    [['token', 'revoke', jti, '--yes'], {}],
    [['client', 'disable', 'victim-of-admin', '--yes'], {}],
    [['token', 'revoke', '--client', 'victim-of-admin', '--yes'], asResponder],
    [['client', 'disable', 'victim-of-responder', '--yes'], asResponder],
    [['client', 'create', 'newcomer', '--yes'], {}],
  ] as const) {
    const { code, stderr } = await server.ambit(words, { env });
    const who = 'AMBIT_CLIENT_ID' in env ? 'responder' : 'admin';
    const what = words.filter((word) => word !== jti && word !== '--yes').join(' ');
    said[`${who}: ${what}`] = code === 0 ? '0' : `${String(code)} ${stderr.trim()}`;
  }
  return said;
}

async function revokeBesideAHog(shop: FaultShop, notes: Notes): Promise<number> {
  let done = 0;
  const live = [...notes.received].filter(([jti]) => !notes.doomed.has(jti)).slice(-10);
  for (const [jti, token] of live) {
    notes.doomed.add(jti);
    const { status } = await shop.revoke(token);
    if (status !== 200) continue;
    notes.revoked.set(jti, token);
    done += 1;
  }
  return done;
}

/** Frees the disk; the server becomes ready while nobody asks it for anything else, and then issues again. */
async function recover(
  server: TestServer,
  disk: SmallDisk,
  load: Load,
  notes: Notes,
): Promise<void> {
  await disk.free();
  await becomes(server, 200);
  const { size } = notes.received;
  load.resume();
  await until(() => notes.received.size > size + 20);
}

/** Uses some of the reserve, and takes the rest away: then nothing fits, and introspection goes on all the same. */
async function useReserve(
  server: TestServer,
  disk: SmallDisk,
  shop: FaultShop,
  load: Load,
  notes: Notes,
  revocations: number,
): Promise<{ readonly revocations: number; readonly bytes: number }> {
  const reserve = join(server.home, 'ambit.db-reserve');
  const revoke = async () => (await shop.admin('POST /revocations', { jti: randomUUID() })).status;
  disk.fill();
  await becomes(server, 503);
  await load.pause();
  const { size } = statSync(reserve);
  for (let made = 0; made < revocations; made += 1) {
    const status = await revoke();
    if (status !== 201) notes.wrong.push(`revocation ${made} on the full disk: ${status}`);
  }
  const bytes = size - statSync(reserve).size;

  disk.keepFull();
  rmSync(reserve);
  await until(async () => (await revoke()) === 503);
  const [jti = '', token = ''] = [...notes.received].find(([id]) => !notes.doomed.has(id)) ?? [];
  const { status, body } = await shop.introspect(token, 'secret');
  if (body['active'] !== true) notes.wrong.push(`without a reserve: ${status} for ${jti}`);
  await recover(server, disk, load, notes);
  return { revocations, bytes };
}

/** Looks at every token whose revocation was acknowledged once more. */
async function checkRevoked(shop: FaultShop, { revoked, wrong }: Notes): Promise<void> {
  for (const [jti, token] of revoked) {
    const { status, body } = await shop.introspect(token, 'secret');
    if (status !== 200 || body['active'] !== false) wrong.push(`${status}: ${jti} was revoked`);
  }
}

/** Which of those that were disabled on the full disk still get tokens. */
async function stillEnabled(server: TestServer, { victims }: People): Promise<string[]> {
  const answers = await Promise.all(
    victims.map((victim) => requestToken(server, victim, { scope: 'orders:read' })),
  );
  return answers.flatMap(({ status }, index) =>
    status === 401 ? [] : [`${VICTIMS[index] ?? ''}: ${status}`],
  );
}
