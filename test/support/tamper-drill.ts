import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { readCheckpoint } from '../../packages/idp/src/audit/checkpoint.ts';
import {
  copyDatabase,
  createProofStore,
  openProof,
} from '../../packages/idp/test/support/proof-store.ts';
import { openSound } from '../../packages/idp/test/support/temporary-store.ts';
import type { LogFacts, Tamper } from '../../packages/idp/test/tamper/tamper.ts';
import { startServer, temporaryFolder } from './server.ts';
import type { TestServer } from './server.ts';

/** An installation whose log is about to be tampered with. */
export interface DrillHome {
  readonly folder: string;
  readonly log: LogFacts;
  /** The newest checkpoint, in a file of its own. */
  readonly kept: string;
  remove(): void;
}

/** What `ambit audit verify` said of a log, or `ambit-idp verify` where no server gives out a token any more. */
export interface DrillVerdict {
  readonly exit: number | null;
  readonly whole?: boolean;
  readonly findings?: readonly {
    readonly code: string;
    readonly message: string;
    readonly id?: number;
    readonly sequence?: number;
  }[];
  readonly stderr: string;
}

/** What everything that is tried needs to find in the first, the middle and the last record. */
const FULL = {
  decision: 'granted',
  personal: { address: '192.0.2.1', externalSubject: 'workload' },
} as const;

/**
 * Lays out an installation by the real server, and writes a log of so many records into it, with checkpoints by two
 * keys, the last one at its end.
 */
export async function layOutLog(records: number): Promise<DrillHome> {
  const folder = temporaryFolder();
  const home = join(folder, 'home');
  mkdirSync(home);
  const path = join(home, 'ambit.db');
  const first = await createProofStore({ lateKeys: true });
  await first.write(1, () => FULL);
  await first.shut();
  copyDatabase(first.path, path);
  first.remove();
  writeFileSync(join(home, 'master.key'), Buffer.from(first.master).toString('base64'), {
    mode: 0o600,
  });
  await (await startServer({ home })).stop();

  const store = await openSound(path);
  const proof = openProof(store, path, first.vault, { rotationSeconds: 60 });
  proof.time.now = Date.now();
  let kept = '';
  for (const part of [1, 2, 3]) {
    const upTo = Math.floor((records * part) / 3);
    if (part === 2) {
      proof.time.now += 60_000;
      await proof.keys.runSchedule();
    }
    const [chain] = await store.storage.read.audit.chains();
    await proof.write(upTo - (chain?.head.sequence ?? 0), () => FULL);
    kept = (await proof.checkpoints.make()).statement;
  }
  const row = await store.storage.read.checkpoints.list(0, 100);
  const checkpoints = row.map(
    ({ statement }) => readCheckpoint(statement)?.chains[0]?.sequence ?? NaN,
  );
  await store.close();
  const file = join(folder, 'checkpoint.jws');
  writeFileSync(file, kept);
  return {
    folder,
    log: { records, middle: Math.floor(records / 2), checkpoints },
    kept: file,
    remove() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Tampers with a copy of the installation, and lets the real server and `ambit` verify it, or `ambit-idp` where they cannot. */
export async function verifyTampered(
  { folder, kept }: DrillHome,
  { act, byKept }: Pick<Tamper, 'act' | 'byKept'>,
): Promise<DrillVerdict> {
  const copy = join(folder, 'copy');
  cpSync(join(folder, 'home'), copy, { recursive: true });
  const db = new Database(join(copy, 'ambit.db'));
  act(db);
  db.close();
  const server = await startServer({ home: copy });
  try {
    const words = ['audit', 'verify', '--output', 'json'];
    const { code, stdout, stderr } = await server.ambit(
      byKept ? [...words, '--checkpoint', kept] : words,
    );
    if (
      stderr.includes(
        'hint: where the log cannot be written no token is issued; `ambit-idp verify`',
      )
    ) {
      return await verifyItself(server, byKept, kept);
    }
    const said = stdout === '' ? {} : (JSON.parse(stdout) as Omit<DrillVerdict, 'exit' | 'stderr'>);
    return { exit: code, stderr, ...said };
  } finally {
    await server.remove();
  }
}

async function verifyItself(
  server: TestServer,
  byKept: boolean | undefined,
  kept: string,
): Promise<DrillVerdict> {
  await server.stop();
  const { code, stdout, stderr } = await server.idp(
    byKept === true ? ['verify', '--checkpoint', kept] : ['verify'],
  );
  return { exit: code, stderr, ...(JSON.parse(stdout) as object) };
}
