import { setTimeout } from 'node:timers/promises';
import { percentile } from '../../bench/load/statistics.ts';
import { post } from './oauth.ts';
import type { Credential } from './oauth.ts';
import type { TestServer } from './server.ts';

/** How the honest client fared in one of the thirds. */
export interface HonestFigures {
  readonly requests: number;
  readonly succeeded: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** What a drill came to. */
export interface LockOutFigures {
  /** With the server to itself. */
  readonly quiet: HonestFigures;
  /** Beside as many requests as the attack makes, which are another client's and sound. */
  readonly busy: HonestFigures;
  readonly attacked: HonestFigures;
  /** How often the attack was answered with each status. */
  readonly attack: Readonly<Record<string, number>>;
}

/** How long a drill is, and how hard. */
export interface LockOutPlan {
  readonly rounds: number;
  /** By the honest client, in each third of a round. */
  readonly requests: number;
  readonly attackers: number;
  /** How long each of them waits between two attempts. */
  readonly pauseMs: number;
  readonly addresses: number;
}

/** Where the honest client comes from; the attack comes from there as well. */
const HONEST_ADDRESS = '10.0.0.1';

/**
 * Lets somebody who knows the name of a client fail as that client, again and again and from many addresses, its own
 * among them, while the client goes about its work.
 *
 * The thirds of a round, quiet, busy and attacked, take turns, so that what else is going on falls on all of them. The server
 * believes the address that this process claims to speak for (`AMBIT_TRUST_PROXY=127.0.0.1`). The client's requests under
 * attack begin once failures from its own address have been limited.
 */
export async function drillLockOut(server: TestServer, plan: LockOutPlan): Promise<LockOutFigures> {
  const create = (id: string) =>
    server.json<Credential & Record<string, unknown>>([
      ...['client', 'create', id, '--role', 'ambit-viewer', '--yes'],
    ]);
  const honest = await create('honest');
  const neighbour = await create('neighbour');
  const wrong = { ...honest, client_secret: `${honest.client_secret.slice(0, -1)}~` };
  const ask = async (credential: Credential, address: string): Promise<number> => {
    const answer = await post(
      `${server.url}/oauth2/token`,
      credential,
      { grant_type: 'client_credentials', scope: 'ambit.client:read' },
      { 'x-forwarded-for': address },
    );
    return answer.status;
  };

  /** Others ask at the plan's pace; `told` hears of each answer. */
  const beside = (credential: Credential, told: (status: number, address: string) => void) => {
    let over = false;
    const others = Array.from({ length: plan.attackers }, async (_, other) => {
      for (let turn = other; !over; turn += 1) {
        const address = turn % 2 === 0 ? HONEST_ADDRESS : addressAt(turn % plan.addresses);
        told(await ask(credential, address), address);
        await setTimeout(plan.pauseMs);
      }
    });
    return {
      async stop() {
        over = true;
        await Promise.all(others);
      },
    };
  };
  const work = async (third: Third): Promise<void> => {
    for (let n = 0; n < plan.requests; n += 1) {
      const started = performance.now();
      const status = await ask(honest, HONEST_ADDRESS);
      third.milliseconds.push(performance.now() - started);
      if (status === 200) third.succeeded += 1;
    }
  };

  const quiet: Third = { succeeded: 0, milliseconds: [] };
  const busy: Third = { succeeded: 0, milliseconds: [] };
  const attacked: Third = { succeeded: 0, milliseconds: [] };
  const attack = new Map<string, number>();
  for (let round = 0; round < plan.rounds; round += 1) {
    await work(quiet);
    const neighbours = beside(neighbour, () => undefined);
    await work(busy);
    await neighbours.stop();
    const limited = Promise.withResolvers<undefined>();
    const siege = beside(wrong, (status, address) => {
      attack.set(String(status), (attack.get(String(status)) ?? 0) + 1);
      if (status === 429 && address === HONEST_ADDRESS) limited.resolve(undefined);
    });
    await limited.promise;
    await work(attacked);
    await siege.stop();
  }
  return {
    quiet: figuresOf(quiet),
    busy: figuresOf(busy),
    attacked: figuresOf(attacked),
    attack: Object.fromEntries(attack),
  };
}

interface Third {
  succeeded: number;
  readonly milliseconds: number[];
}

const addressAt = (index: number): string => `10.1.${index >> 8}.${index & 0xff}`;

const figuresOf = ({ succeeded, milliseconds }: Third): HonestFigures => ({
  requests: milliseconds.length,
  succeeded,
  p50Ms: Math.round(percentile(milliseconds, 50)),
  p99Ms: Math.round(percentile(milliseconds, 99)),
});
