import type { Log } from '../log/log.ts';
import type { Ports, Storage } from '../storage.ts';
import { readCheckpoint } from './checkpoint.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { AuditChain, ChainPlace, StoredLink } from './ports.ts';
import { createLinkCheck } from './verification/check-links.ts';
import type { Shortening } from './write-checkpoint.ts';

const DAY_MS = 86_400_000;

/** Ages are counted to the hour, so that a log that loses a record a second is not shortened every second. */
const GRAIN_MS = 3_600_000;

/** How many records are looked at in one go, taken out in one transaction, and given up by one checkpoint. */
const READ_AT_ONCE = 500;
const DROPPED_AT_ONCE = 200;
const MOST_PER_CHECKPOINT = 50_000;

/** How many checkpoints are looked at, and so dropped at most, by one that gives records up. */
const CHECKPOINTS_AT_ONCE = 1_000;

type Bases = Shortening['bases'];

/** How long the log is kept. 0: for ever, or as long as the record. */
export interface RetentionSettings {
  readonly retentionDays: number;
  readonly personalDays: number;
}

/** Takes out of the log what is older than it is to be kept. */
export interface Retention {
  /** Drops the oldest records, up to the first one that is to be kept. */
  dropOld(): Promise<void>;
  /** Erases the personal fields of old records, which stay. */
  erasePersonal(): Promise<void>;
}

/**
 * Makes the retention of the log.
 *
 * Records go in the order in which they were written. Before any goes, the stretch that is given up is followed link by
 * link, and a checkpoint is signed that stands for it; only then are they taken out, a few at a time. So at every moment
 * the rest can be verified from where it begins, and a log that was tampered with is not shortened, which would hide it.
 */
export function createRetention(deps: {
  readonly storage: Storage<Pick<Ports, 'audit' | 'auditRetention' | 'checkpoints'>>;
  readonly checkpoints: Pick<Checkpoints, 'shorten'>;
  readonly clock: () => number;
  readonly log: Pick<Log, 'error'>;
  readonly settings: RetentionSettings;
  /** Whether the server is about to stop; whatever is left is done when it runs again. */
  readonly isDraining: () => boolean;
}): Retention {
  const { storage, checkpoints, clock, log, settings, isDraining } = deps;
  const { audit, auditRetention, checkpoints: kept } = storage.read;

  const before = (days: number): number => {
    const limit = clock() - days * DAY_MS;
    return limit - (limit % GRAIN_MS);
  };

  /** How far a chain may be given up: the last record before the first one that is to be kept. Undefined: not at all. */
  const findBase = async (chain: AuditChain, limit: number): Promise<ChainPlace | undefined> => {
    const { writer } = chain;
    const check = createLinkCheck(new Map([[writer, chain.base]]));
    let base: StoredLink | undefined;
    while (check.records < MOST_PER_CHECKPOINT) {
      const links = await auditRetention.links(writer, (base ?? chain.base).sequence, READ_AT_ONCE);
      for (const link of links) {
        if (link.time >= limit) return base;
        check.take(link);
        const [finding] = check.findings;
        if (finding) {
          log.error('the audit log is broken, so it is not shortened; run `ambit audit verify`', {
            finding,
          });
          return undefined;
        }
        base = link;
      }
      if (links.length < READ_AT_ONCE) return base;
      await breathe();
    }
    return base;
  };

  /** The number of the oldest checkpoint that is to be kept: one that is young, or that speaks of records that stay. */
  const findOldest = async (bases: Bases, limit: number): Promise<number> => {
    const some = await kept.list(0, CHECKPOINTS_AT_ONCE);
    const first = some.find(({ statement }) => {
      const states = readCheckpoint(statement);
      return (
        states === undefined ||
        states.issuedAt * 1000 >= limit ||
        states.chains.some(({ writer, sequence }) => sequence > (bases.get(writer)?.sequence ?? 0))
      );
    });
    return (first ?? some.at(-1))?.number ?? 1;
  };

  /** Takes out what a checkpoint has given up. */
  const drop = async ({ writer, base: from }: AuditChain, base: ChainPlace): Promise<void> => {
    for (let at = from.sequence; at < base.sequence && !isDraining();) {
      const most = Math.min(DROPPED_AT_ONCE, base.sequence - at);
      const links = await auditRetention.links(writer, at, most);
      const last = links.at(-1);
      if (last === undefined) return;
      await storage.transaction((tx) => tx.auditRetention.drop(links));
      at = last.sequence;
      await breathe();
    }
  };

  /** Finishes what an earlier run has given up and not yet taken out. */
  const finish = async (): Promise<void> => {
    const newest = await kept.newest();
    const states = newest && readCheckpoint(newest.statement);
    for (const chain of await audit.chains()) {
      const base = states?.chains.find(({ writer }) => writer === chain.writer)?.base;
      if (base) await drop(chain, base);
    }
  };

  return {
    async dropOld() {
      if (settings.retentionDays === 0) return;
      await finish();
      while (!isDraining()) {
        const limit = before(settings.retentionDays);
        const chains = await audit.chains();
        const bases: Map<number, ChainPlace> = new Map();
        for (const chain of chains) {
          const base = await findBase(chain, limit);
          if (base) bases.set(chain.writer, { sequence: base.sequence, digest: base.digest });
        }
        if (bases.size === 0) return;
        await checkpoints.shorten({ bases, oldest: await findOldest(bases, limit) });
        for (const chain of chains) await drop(chain, bases.get(chain.writer) ?? chain.base);
      }
    },

    async erasePersonal() {
      const { personalDays } = settings;
      if (personalDays === 0) return;
      const limit = before(personalDays);
      for (const { writer, base, impersonalTo } of await audit.chains()) {
        for (let at = Math.max(impersonalTo, base.sequence); !isDraining();) {
          const links = await auditRetention.links(writer, at, READ_AT_ONCE);
          const end = links.findIndex(({ time }) => time >= limit);
          const old = end < 0 ? links : links.slice(0, end);
          const last = old.at(-1);
          if (last === undefined) break;
          at = last.sequence;
          const ids = old.filter(({ personal }) => personal !== null).map(({ id }) => id);
          await storage.transaction(async (tx) => {
            await tx.auditRetention.erasePersonal(ids);
            await tx.auditRetention.noteImpersonal(writer, last.sequence);
          });
          await breathe();
        }
      }
    },
  };
}

/** Lets everybody else have a turn. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
