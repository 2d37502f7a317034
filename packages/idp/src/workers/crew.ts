import cluster from 'node:cluster';
import type { Worker } from 'node:cluster';
import { CommandFailed } from '../commands/failure.ts';
import type { Failure } from '../commands/failure.ts';
import type { Log } from '../log/log.ts';
import type { PrimaryCalls, WorkerCalls } from './calls.ts';
import { createChannel } from './channel.ts';
import type { Answers, Channel } from './channel.ts';
import { closeWhatIsNotTaken } from './handed-over.ts';
import { watchWorkers } from './watch.ts';
import type { WatchedWorker } from './watch.ts';

/** A worker that answers requests. */
export interface CrewMember {
  /** No two processes have the same one, not even one after the other. */
  readonly processId: number;
  readonly channel: Channel<WorkerCalls>;
}

/** The workers of a server. Whoever of them ends is replaced, until they are told to stop. */
export interface Crew {
  /** Resolves with the port once all of them listen on it; rejects with {@link CommandFailed} where one cannot. */
  readonly bound: Promise<number>;
  /** Lets them into the house; resolves once all of them answer requests, and rejects like {@link Crew.bound}. */
  enter(issuer: string): Promise<void>;
  /** Those that answer requests by now. */
  members(): readonly CrewMember[];
  tellAll: Channel<WorkerCalls>['tell'];
  /** From now on the readiness of all of them says no, of those that come later too. */
  drain(): void;
  /** Lets them finish what they are at, and resolves when all of them have ended, after `graceMs` at the latest. */
  stop(graceMs: number): Promise<void>;
}

/** What a crew is made from. */
export interface CrewDependencies {
  readonly size: number;
  /** Which port they are to listen on; 0: any free one, the same for all. */
  readonly port: number;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
  /** What is done for all of them. */
  readonly answers: Pick<Answers<PrimaryCalls>, 'count' | 'forget' | 'expose' | 'reportActivity'>;
  readonly onEnded: (processId: number) => void;
}

/** Whoever has answered requests for so long was not started in vain. */
const STEADY_MS = 60_000;
const RESTART_MS = 1_000;
const RESTART_MOST_MS = 30_000;

/** How long the next start waits after so many in a row that were in vain: the first one not at all. */
export const restartDelayMs = (inVain: number): number =>
  inVain === 0 ? 0 : Math.min(RESTART_MS * 2 ** (inVain - 1), RESTART_MOST_MS);

/** One process of a crew. */
interface Hand extends CrewMember, WatchedWorker {
  readonly worker: Worker;
  /** Which port it was told to listen on: the one that it found may be another. */
  asked?: number;
  isBound: boolean;
  /** By the clock of `performance`; absent until it answers requests. */
  servingSince?: number;
}

/** Starts so many workers. */
export function startCrew({ size, port, log, answers, onEnded }: CrewDependencies): Crew {
  const hands = new Set<Hand>();
  const bound = Promise.withResolvers<number>();
  const entered = Promise.withResolvers<{ readonly issuer: string }>();
  const serving = Promise.withResolvers<undefined>();
  let phase: 'starting' | 'running' | 'stopping' = 'starting';
  let portTaken: number | undefined;
  let draining = false;

  const fail = (failure: Failure): void => {
    if (phase !== 'starting') return;
    const failed = new CommandFailed(failure);
    for (const { reject } of [bound, serving]) reject(failed);
  };
  for (const { promise } of [bound, serving]) promise.catch(() => undefined); // whoever waits is told

  const start = (number: number, inVain: number): void => {
    const worker = cluster.fork();
    closeWhatIsNotTaken(worker.process);
    let failure: Failure | undefined;
    const channel = createChannel<WorkerCalls, PrimaryCalls>(
      {
        send(message) {
          worker.send(message, () => undefined); // that it has ended is told by its exit
        },
        listen(heard) {
          worker.on('message', heard);
        },
      },
      {
        ...answers,
        begin() {
          // Whoever asks as those that live have asked shares their port; where none lives, it is asked for by its number.
          const living = [...hands].find(({ isBound }) => isBound);
          hand.asked = living?.asked ?? portTaken ?? port;
          return { worker: number, port: hand.asked };
        },
        bound(taken) {
          portTaken ??= taken;
          if (taken !== portTaken) throw new Error(`port ${String(taken)} is not the server's`);
          hand.isBound = true;
          if (hands.size === size && [...hands].every(({ isBound }) => isBound)) {
            bound.resolve(taken);
          }
          return entered.promise;
        },
        serving() {
          hand.servingSince = performance.now();
          if (draining) channel.tell('drain');
          log.info('worker started', { worker: number, pid: worker.process.pid });
          if (members().length === size) serving.resolve(undefined);
        },
        failed(told) {
          failure = told;
        },
      },
    );
    const hand: Hand = {
      ...{ number, worker, channel, processId: worker.id, isBound: false },
      ask: () => channel.ask('isThere'),
      kill: () => worker.process.kill('SIGKILL'),
    };
    hands.add(hand);
    worker.once('exit', (code: number | null, signal: string | null) => {
      hands.delete(hand);
      channel.end();
      onEnded(hand.processId);
      if (phase === 'stopping') {
        if (code !== 0) log.warn('worker ended badly', { worker: number, code, signal });
        return;
      }
      const facts = { worker: number, code, signal, cause: failure?.message };
      if (phase === 'starting') {
        fail(
          failure ?? { message: `a worker has ended (${signal ?? `exit code ${String(code)}`})` },
        );
        return;
      }
      const wasSteady =
        hand.servingSince !== undefined && performance.now() - hand.servingSince > STEADY_MS;
      const tries = wasSteady ? 0 : inVain;
      const delayMs = restartDelayMs(tries);
      log.error('worker ended, another takes its place', { ...facts, delay_ms: delayMs });
      const timer = setTimeout(() => {
        restarts.delete(timer);
        start(number, tries + 1);
      }, delayMs);
      restarts.add(timer);
    });
  };
  const restarts = new Set<NodeJS.Timeout>();
  const members = (): readonly Hand[] =>
    [...hands].filter(({ servingSince }) => servingSince !== undefined);

  for (let number = 1; number <= size; number += 1) start(number, 0);
  const watch = watchWorkers(members, log);
  return {
    bound: bound.promise,
    async enter(issuer) {
      entered.resolve({ issuer });
      await serving.promise;
      phase = 'running';
    },
    members,
    tellAll(name, ...argument) {
      for (const { channel } of hands) channel.tell(name, ...argument);
    },
    drain() {
      draining = true;
      for (const { channel } of hands) channel.tell('drain');
    },
    async stop(graceMs) {
      phase = 'stopping';
      watch.stop();
      for (const timer of restarts) clearTimeout(timer);
      const ended = [...hands].map(
        ({ worker }) => new Promise<void>((resolve) => worker.once('exit', () => resolve())),
      );
      for (const { channel } of hands) channel.tell('stop');
      const deadline = setTimeout(() => {
        for (const { kill } of hands) kill();
      }, graceMs);
      await Promise.all(ended);
      clearTimeout(deadline);
    },
  };
}
