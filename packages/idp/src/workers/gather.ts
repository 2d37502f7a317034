import { setTimeout } from 'node:timers/promises';
import { reportOf } from '../activity/activity.ts';
import type { Ambit } from '../compose/compose.ts';
import type { Company } from '../company.ts';
import type { Log } from '../log/log.ts';
import { createMetricsSum } from '../metrics/sum-metrics.ts';
import type { Readiness } from '../web/health.ts';
import type { WorkerCalls } from './calls.ts';
import type { Crew, CrewMember } from './crew.ts';

/** How long a worker may take to answer; whoever probes or scrapes waits ten seconds at the most. */
const ANSWER_MS = 4_000;

/** What is asked of all workers and told as one. */
export interface Gathering extends Pick<Company, 'expose' | 'reportActivity'> {
  readiness(): Promise<Readiness>;
  /** Is to be told that a worker has ended. */
  end(processId: number): void;
}

/** What is gathered from. */
export interface GatheringDependencies {
  readonly crew: () => Pick<Crew, 'members'>;
  /** This process, which answers no requests and does the work of the house. */
  readonly own: () => Pick<Ambit, 'metrics' | 'activity' | 'readiness'>;
  readonly clock: () => number;
  readonly log: Pick<Log, 'warn'>;
}

/** The number of this process among those whose metrics are summed up; those of workers begin with 1. */
const OWN = 0;

/** Makes what gathers from the workers. A worker that does not answer in time is left out, and the log says so. */
export function createGathering({ crew, own, clock, log }: GatheringDependencies): Gathering {
  const sum = createMetricsSum();

  const ask = async <N extends 'readMetrics' | 'watched' | 'readiness'>(
    name: N,
  ): Promise<readonly (readonly [CrewMember, Awaited<ReturnType<WorkerCalls[N]>> | undefined])[]> =>
    Promise.all(
      crew()
        .members()
        .map(async (member) => {
          const late = setTimeout(ANSWER_MS, undefined, { ref: false });
          const answer = await Promise.race([
            member.channel.ask(name, ...([] as never)).catch(() => undefined),
            late,
          ]);
          if (answer === undefined) log.warn('a worker does not answer', { asked: name });
          return [member, answer] as const;
        }),
    );

  const readAll = async () => {
    const [mine, theirs] = await Promise.all([own().metrics.read(), ask('readMetrics')]);
    sum.take(OWN, mine);
    const alive = new Set(crew().members());
    for (const [member, readings] of theirs) {
      if (readings && alive.has(member)) sum.take(member.processId, readings);
    }
    return sum.expose();
  };
  let reading: Promise<unknown> = Promise.resolve();

  return {
    expose() {
      // One after the other: what a process has counted must come in the order in which it was read.
      const next = reading.then(readAll);
      reading = next.catch(() => undefined);
      return next;
    },
    async reportActivity() {
      const watched = (await ask('watched')).flatMap(([, one]) => (one ? [one] : []));
      return reportOf([own().activity.watched(), ...watched], clock());
    },
    async readiness() {
      const mine = await own().readiness();
      if (mine.status !== 'ready') return mine;
      const theirs = await ask('readiness');
      if (theirs.length === 0) return { status: 'unavailable', reason: 'no worker is running' };
      for (const [, one] of theirs) {
        if (!one) return { status: 'unavailable', reason: 'a worker does not answer' };
        if (one.status !== 'ready') return one;
      }
      return mine;
    },
    end(processId) {
      sum.end(processId);
    },
  };
}
