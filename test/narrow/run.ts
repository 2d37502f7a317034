import type { AuditEntry } from '../../packages/idp/src/audit/record.ts';
import type { KeyRing } from '../../packages/idp/src/keys/key-ring.ts';
import type { RevocableToken } from '../../packages/idp/src/revocation/revocation-set.ts';
import { openConnections } from '../fuzz/connections.ts';
import type { Answer, Silence } from '../fuzz/connections.ts';
import { rollDice } from '../fuzz/dice.ts';
import type { Dice } from '../fuzz/dice.ts';
import type { FuzzRequest } from '../fuzz/request.ts';
import { toBytes } from '../fuzz/request.ts';
import { difference, outcomeOf } from './compare.ts';
import type { Outcome, RoadOutcome } from './compare.ts';
import { makeRequest } from './requests.ts';
import { CATALOGS } from './policy.ts';
import { newRings, openRoads } from './world.ts';
import type { Roads } from './world.ts';

/** How many requests share two servers; where a limit counts them, all have to come within its window. */
const ROUND = 1000;
/** How many requests are in flight at once; one where a limit counts them, so that both servers count in the same order. */
const AT_ONCE = 16;
const PATIENCE_MS = 30_000;
const MOST_DIFFERENCES = 5;

/** A request that the two roads do not make the same of. */
export interface Difference {
  readonly index: number;
  readonly part: keyof Outcome;
  readonly request: string;
  readonly wide: unknown;
  readonly narrow: unknown;
}

/** What a run came to. */
export interface RoadFigures {
  readonly seed: number;
  readonly requests: number;
  readonly seconds: number;
  /** How many the narrow path has answered, by what came of them; exchanges by how many are in their chain, too. */
  readonly narrow: Readonly<Record<string, number>>;
  readonly differences: readonly Difference[];
  /** How often each endpoint gave each status, on both roads. */
  readonly statuses: Readonly<Record<string, number>>;
  /** How often each audit event was recorded, by decision and reason. */
  readonly events: Readonly<Record<string, number>>;
}

/**
 * Sends generated requests down both roads, and compares status, fields, body, claims, audit records, derivations and log
 * lines.
 *
 * A request is made from the seed, its number and the tokens of its round. So is what happens to both servers between requests:
 * a catalog is published, a key rotated, a client changed, tokens are revoked and no longer, and the audit log fails.
 */
export async function compareRoads(options: {
  readonly seed: number;
  readonly from: number;
  readonly requests: number;
  readonly onRound?: (done: number) => void;
}): Promise<RoadFigures> {
  const { seed, from, requests, onRound } = options;
  const rings = newRings();
  const differences: Difference[] = [];
  const statuses: Record<string, number> = {};
  const events: Record<string, number> = {};
  const started = performance.now();
  const narrow: Record<string, number> = {};
  let index = from;
  const end = from + requests;
  while (index < end && differences.length < MOST_DIFFERENCES) {
    const round = Math.floor(index / ROUND);
    const roundEnd = Math.min(end, (round + 1) * ROUND);
    const roads = await openRoads(rings[0], round % 3 === 2);
    const send = sender(roads);
    try {
      const atOnce = roads.limited ? 1 : AT_ONCE;
      for (; index < roundEnd && differences.length < MOST_DIFFERENCES; index += atOnce) {
        disturb(rollDice(seed, index, 1), roads, rings);
        const count = Math.min(atOnce, roundEnd - index);
        const batch = Array.from({ length: count }, (_, offset) =>
          makeRequest(rollDice(seed, index + offset), roads.shown),
        );
        for (const [offset, pair] of (await Promise.all(batch.map(send.both))).entries()) {
          const request = batch[offset] as FuzzRequest;
          tally(statuses, `${request.endpoint} ${String(pair.wide.status)}`);
          for (const record of pair.wide.records) tally(events, nameOf(record));
          if (pair.narrow.narrow) tally(narrow, roadNameOf(pair.narrow));
          const part = difference(pair.wide, pair.narrow);
          if (part) differences.push(tell(index + offset, part, request, pair));
        }
      }
      const [uses, others] = [roads.wide.uses, roads.narrow.uses].map((each) => each.toSorted());
      if (String(uses) !== String(others)) throw new Error('the roads note other uses of secrets');
    } finally {
      send.close();
      await roads.close();
    }
    index = Math.min(index, roundEnd);
    onRound?.(index - from);
  }
  const seconds = (performance.now() - started) / 1000;
  return { seed, requests: index - from, seconds, narrow, differences, statuses, events };
}

function tally(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

function nameOf(record: unknown): string {
  const { event, decision, reason = '' } = record as Record<string, string>;
  return `${event ?? ''} ${decision ?? ''} ${reason}`.trim();
}

function roadNameOf({ records: [record], status }: RoadOutcome): string {
  if (record === undefined) return `unrecorded ${String(status)}`;
  const { event, decision, actors = [] } = record as Partial<AuditEntry>;
  const depth = actors.length === 0 ? '' : ` ${String(actors.length)} deep`;
  return `${event ?? ''} ${decision ?? ''}${depth}`;
}

interface Pair {
  readonly wide: RoadOutcome;
  readonly narrow: RoadOutcome;
}

function sender({ wide, narrow }: Roads) {
  const pools = [wide, narrow].map(({ url }) => openConnections(url, PATIENCE_MS));
  return {
    async both(request: FuzzRequest): Promise<Pair> {
      const answers = await Promise.all(pools.map((pool) => pool.send(request)));
      const [one, other] = answers as [Answer | Silence, Answer | Silence];
      return { wide: outcomeOf(wide, one), narrow: outcomeOf(narrow, other) };
    },
    close() {
      for (const pool of pools) pool.close();
    },
  };
}

/** What may happen to a server at any time happens to both. */
function disturb(dice: Dice, { both }: Roads, rings: readonly KeyRing[]): void {
  both((server) => {
    // What a server has kept of earlier requests is not looked at again.
    server.records.length = server.proven.length = server.log.length = 0;
    server.auditFails = false;
  });
  if (dice.chance(0.04)) both((server) => (server.auditFails = true));
  if (dice.chance(0.02)) {
    const catalog = dice.chance(0.5) ? CATALOGS[0] : dice.pick(CATALOGS);
    both((server) => {
      server.publish(catalog);
    });
  }
  if (dice.chance(0.02)) {
    const keys = dice.pick(rings);
    both((server) => (server.keys = keys));
  }
  if (dice.chance(0.02)) {
    const enabled = dice.chance(0.7);
    both((server) => {
      const viewer = server.clients.get('viewer');
      if (viewer) server.clients.set('viewer', { ...viewer, enabled });
    });
  }
  if (dice.chance(0.06)) {
    const matches = dice.chance(0.6) ? () => false : dice.pick(REVOCATIONS);
    both((server) => {
      server.rules.length = 2; // its own, and the one of the world
      server.rules.push((token) =>
        matches(token) ? ({ kind: 'client', clientId: token.clientId } as never) : undefined,
      );
    });
  }
}

/** What may be revoked for a while: all that comes from a root, or from one hand of a chain. */
const REVOCATIONS: readonly ((token: RevocableToken) => boolean)[] = [
  ({ clientId }) => clientId === 'viewer',
  ({ clientId }) => clientId === 'ledger-api',
  ({ scopes }) => scopes.includes('ledger:post'),
];

const tell = (
  index: number,
  part: keyof Outcome,
  request: FuzzRequest,
  { wide, narrow }: Pair,
): Difference => ({
  ...{ index, part },
  request: toBytes(request, 'host').toString('latin1').slice(0, 2000),
  ...{ wide: wide[part], narrow: narrow[part] },
});
