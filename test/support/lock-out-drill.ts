import { percentile } from '../../bench/load/statistics.ts';
import { post } from './oauth.ts';
import type { Credential } from './oauth.ts';
import type { TestServer } from './server.ts';

/** How the honest client fared in one of the two halves. */
export interface HonestFigures {
  readonly requests: number;
  readonly succeeded: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** What a drill came to. */
export interface LockOutFigures {
  readonly quiet: HonestFigures;
  readonly attacked: HonestFigures;
  /** How often the attack was answered with each status. */
  readonly attack: Readonly<Record<string, number>>;
}

/** How long a drill is, and how hard. */
export interface LockOutPlan {
  readonly rounds: number;
  /** By the honest client, in each half of a round. */
  readonly requests: number;
  readonly attackers: number;
  readonly addresses: number;
}

/** Where the honest client comes from; the attack comes from there as well. */
const HONEST_ADDRESS = '10.0.0.1';

/**
 * Lets somebody who knows the name of a client fail as that client, again and again and from many addresses, its own
 * among them, while the client goes about its work.
 *
 * Rounds without and with the attack take turns, so that what else is going on falls on both. The server believes the
 * address that this process claims to speak for (`AMBIT_TRUST_PROXY=127.0.0.1`). The client's requests under attack
 * begin once failures from its own address have been limited.
 */
export async function drillLockOut(server: TestServer, plan: LockOutPlan): Promise<LockOutFigures> {
  const honest = await server.json<Credential & Record<string, unknown>>([
    ...['client', 'create', 'honest', '--role', 'ambit-viewer', '--yes'],
  ]);
  const wrong = { ...honest, client_secret: `${honest.client_secret.slice(0, -1)}~` };
  const attack = new Map<string, number>();
  const ask = async (credential: Credential, address: string): Promise<number> => {
    const answer = await post(
      `${server.url}/oauth2/token`,
      credential,
      { grant_type: 'client_credentials', scope: 'ambit.client:read' },
      { 'x-forwarded-for': address },
    );
    return answer.status;
  };

  const startAttack = () => {
    let over = false;
    let limited = (): void => undefined;
    const underWay = new Promise<void>((resolve) => (limited = resolve));
    const workers = Array.from({ length: plan.attackers }, async (_, worker) => {
      for (let turn = worker; !over; turn += 1) {
        const address = turn % 2 === 0 ? HONEST_ADDRESS : addressAt(turn % plan.addresses);
        const status = await ask(wrong, address);
        attack.set(String(status), (attack.get(String(status)) ?? 0) + 1);
        if (status === 429 && address === HONEST_ADDRESS) limited();
      }
    });
    return {
      underWay,
      async stop() {
        over = true;
        await Promise.all(workers);
      },
    };
  };
  const work = async (half: Half): Promise<void> => {
    for (let n = 0; n < plan.requests; n += 1) {
      const started = performance.now();
      const status = await ask(honest, HONEST_ADDRESS);
      half.milliseconds.push(performance.now() - started);
      if (status === 200) half.succeeded += 1;
    }
  };

  const quiet: Half = { succeeded: 0, milliseconds: [] };
  const attacked: Half = { succeeded: 0, milliseconds: [] };
  for (let round = 0; round < plan.rounds; round += 1) {
    await work(quiet);
    const siege = startAttack();
    await siege.underWay;
    await work(attacked);
    await siege.stop();
  }
  return {
    quiet: figuresOf(quiet),
    attacked: figuresOf(attacked),
    attack: Object.fromEntries(attack),
  };
}

interface Half {
  succeeded: number;
  readonly milliseconds: number[];
}

const addressAt = (index: number): string => `10.1.${index >> 8}.${index & 0xff}`;

const figuresOf = ({ succeeded, milliseconds }: Half): HonestFigures => ({
  requests: milliseconds.length,
  succeeded,
  p50Ms: Math.round(percentile(milliseconds, 50)),
  p99Ms: Math.round(percentile(milliseconds, 99)),
});
