import { adminCredentials } from '../support/server.ts';
import type { TestServer } from '../support/server.ts';
import { openAccess } from './access.ts';
import { openConnections } from './connections.ts';
import type { Answer, Connections, Silence } from './connections.ts';
import { rollDice } from './dice.ts';
import { newKeys } from './grammar/keys.ts';
import { harvest } from './harvest.ts';
import { judge } from './judge/judge.ts';
import { layOut, mend, takeDown } from './layout.ts';
import type { FuzzRequest } from './request.ts';
import { dealer } from './requests/deck.ts';
import { asCommand, shrink } from './shrink.ts';
import { count } from './tally.ts';
import type { Tally } from './tally.ts';
import type { World } from './world.ts';

/** How many requests share a world; a replay begins where one was laid out. */
const ROUND = 1000;
/** How many requests are in flight at once. */
const AT_ONCE = 16;
/** After how many requests what they broke is put right. */
const MENDED_EVERY = 48;
/** What is not answered by then never will be. */
const PATIENCE_MS = 30_000;
/** What takes longer counts as slow. */
const SLOW_MS = 1000;
/** A server that is broken at every turn need not be told of a thousand times. */
const MOST_FAILURES = 10;

/** The environment of a server to be fuzzed: its keys may rotate every few seconds, and one issuer is out of reach. */
export const FUZZED = { AMBIT_JWKS_MAX_AGE: '1', AMBIT_FEDERATION_ALLOW_PRIVATE: '1' };

/** One broken promise, and how to see it again. */
export interface Failure {
  readonly index: number;
  readonly request: FuzzRequest;
  readonly broken: readonly string[];
  /** Begins at the world that the request was made in. */
  readonly replay: string;
  /** The smallest request that showed the same, as a command. */
  readonly smallest: string;
}

/** An answer that took long, and how long it took when it was asked for again with nothing beside it. */
export interface SlowAnswer {
  readonly index: number;
  readonly endpoint: string;
  readonly milliseconds: number;
  readonly againMilliseconds: number;
}

/** What a run came to. */
export interface FuzzFigures {
  readonly seed: number;
  readonly requests: number;
  readonly seconds: number;
  readonly failures: readonly Failure[];
  readonly slow: readonly SlowAnswer[];
  readonly tally: Tally;
}

export interface FuzzOptions {
  readonly seed: number;
  /** The number of the first request; those before it are skipped. */
  readonly from: number;
  readonly requests: number;
  /** Is told how far the run has come, after each round; the run ends where it says so. */
  readonly onRound?: (done: number, tally: Tally) => Promise<'enough' | undefined>;
  /** What was answered so far, to be gone on with. */
  readonly tally?: Tally;
  /** Is told of the broken promises that will be in the figures, one after the other. */
  readonly onFailure?: (failure: Failure) => void;
}

/**
 * Sends generated requests to a server and holds every answer to what is promised.
 *
 * A request is made from the seed, its number, and what is alive in the world of its round; worlds change in the order
 * of the numbers. So the same seed and numbers make the same requests, but for the identifiers and signatures in them.
 * Throws when the server has ended.
 */
export async function fuzz(server: TestServer, options: FuzzOptions): Promise<FuzzFigures> {
  const { seed, from, requests, onRound, onFailure, tally = new Map() } = options;
  const root = adminCredentials(server.home);
  const facts = { issuer: server.url, keys: newKeys(), root };
  const access = openAccess(server.url, root);
  const connections = openConnections(server.url, PATIENCE_MS);
  const deal = dealer(seed);
  const failures: Failure[] = [];
  const slow: SlowAnswer[] = [];
  const started = performance.now();

  const settle = async (
    world: World,
    index: number,
    request: FuzzRequest,
    answer: Answer | Silence,
  ): Promise<void> => {
    count(tally, request, answer);
    const broken = judge(request, answer);
    if (broken.length > 0) {
      const facts = { seed, index, request, broken };
      if (failures.length < MOST_FAILURES) {
        const failure = await tell(facts, connections, server.url);
        failures.push(failure);
        onFailure?.(failure);
      }
    } else if ('status' in answer) {
      harvest(world, request, answer);
    }
    if (answer.milliseconds < SLOW_MS) return;
    const again = await connections.send(request);
    const { milliseconds } = answer;
    const { endpoint } = request;
    slow.push({ index, endpoint, milliseconds, againMilliseconds: again.milliseconds });
  };

  let index = from;
  const end = from + requests;
  const isOver = (): boolean => index >= end || failures.length >= MOST_FAILURES;
  while (!isOver()) {
    const roundEnd = Math.min(end, (Math.floor(index / ROUND) + 1) * ROUND);
    const world = await layOut(access, facts, Math.floor(index / ROUND));
    for (let take = 1; index < roundEnd && !isOver(); index += AT_ONCE) {
      const size = Math.min(AT_ONCE, roundEnd - index);
      const batch = Array.from({ length: size }, (_, offset) => {
        const { endpoint, flaw } = deal(index + offset);
        return endpoint.make(rollDice(seed, index + offset), world, flaw);
      });
      const answers = await Promise.all(batch.map((request) => connections.send(request)));
      assertAlive(server, seed, index, batch);
      for (const [offset, request] of batch.entries()) {
        await settle(world, index + offset, request, answers[offset] as Answer | Silence);
      }
      if (index % MENDED_EVERY < AT_ONCE) await mend(access, world, (take += 1));
    }
    index = Math.min(index, roundEnd);
    await takeDown(access, world);
    if ((await onRound?.(index - from, tally)) === 'enough') break;
  }
  connections.close();
  const seconds = (performance.now() - started) / 1000;
  return { seed, requests: index - from, seconds, failures, slow, tally };
}

/** How to see the request of some number again, in the world that it was made in. */
function replayOf(seed: number, index: number): string {
  const start = Math.floor(index / ROUND) * ROUND;
  const numbers = `--from ${String(start)} --requests ${String(index - start + 1)}`;
  return `npm run drill:fuzz -- --seed ${String(seed)} ${numbers}`;
}

function assertAlive(
  { child, output, url }: TestServer,
  seed: number,
  index: number,
  batch: readonly FuzzRequest[],
): void {
  if (child.exitCode === null && child.signalCode === null) return;
  const requests = batch.map((request, offset) => {
    const name = `#${String(index + offset)} ${request.endpoint}, ${request.flaw}`;
    return `${name}: ${asCommand(request, url).slice(0, 500)}`;
  });
  throw new Error(
    [
      'the server has ended at one of these requests:',
      ...requests,
      `again: ${replayOf(seed, index + batch.length - 1)}`,
      output().stderr,
    ].join('\n'),
  );
}

/** Looks for the smallest request that shows what is broken, and says how to see it again. */
async function tell(
  found: Pick<Failure, 'index' | 'request' | 'broken'> & { readonly seed: number },
  connections: Connections,
  url: string,
): Promise<Failure> {
  const { seed, index, request, broken } = found;
  const isBroken = async (candidate: FuzzRequest): Promise<boolean> => {
    const again = judge(candidate, await connections.send(candidate));
    return broken.every((promise) => again.includes(promise));
  };
  const smallest = (await isBroken(request)) ? await shrink(request, isBroken) : request;
  const replay = replayOf(seed, index);
  return { index, request, broken, replay, smallest: asCommand(smallest, url) };
}
